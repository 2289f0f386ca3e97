/** The rooms of the page: one line each. A room is loaded when it is first entered. */

import { words } from './words.js';

export type Group = 'ask' | 'see' | 'work' | 'apart';

export interface RoomEntry {
  /** The path in the address: `#/network`. */
  readonly path: string;
  /** The name of its element, which takes `params` and may have `carry()`. */
  readonly tag: string;
  readonly group: Group;
  readonly name: () => string;
  readonly load: () => Promise<unknown>;
}

const name = words({
  en: { home: 'Start', triangulation: 'Triangulation', matrix: 'Goals × sources', sparql: 'SPARQL', ask: 'Questions', network: 'Network', map: 'Map', thing: 'Thing', timeline: 'Timeline', theory: 'Theory of change', review: 'Review' },
  nl: { home: 'Begin', triangulation: 'Triangulatie', matrix: 'Doelen × bronnen', sparql: 'SPARQL', ask: 'Vragen', network: 'Netwerk', map: 'Kaart', thing: 'Ding', timeline: 'Tijdlijn', theory: 'Beleidstheorie', review: 'Beoordelen' },
});

/** The first is where one begins. `apart` is reached by a link, not by the menu. */
export const ROOMS: readonly RoomEntry[] = [
  { path: '', tag: 'home-room', group: 'ask', name: () => name('home'), load: () => import('./rooms/home/home-room.js') },
  { path: 'ask', tag: 'ask-room', group: 'ask', name: () => name('ask'), load: () => import('./rooms/ask/ask-room.js') },
  { path: 'sparql', tag: 'sparql-room', group: 'ask', name: () => name('sparql'), load: () => import('./rooms/sparql/sparql-room.js') },
  { path: 'network', tag: 'network-room', group: 'see', name: () => name('network'), load: () => import('./rooms/network/network-room.js') },
  { path: 'map', tag: 'map-room', group: 'see', name: () => name('map'), load: () => import('./rooms/map/map-room.js') },
  { path: 'thing', tag: 'thing-room', group: 'apart', name: () => name('thing'), load: () => import('./rooms/thing/thing-room.js') },
  { path: 'timeline', tag: 'timeline-room', group: 'see', name: () => name('timeline'), load: () => import('./rooms/timeline/timeline-room.js') },
  { path: 'theory', tag: 'theory-room', group: 'see', name: () => name('theory'), load: () => import('./rooms/theory/theory-room.js') },
  { path: 'matrix', tag: 'matrix-room', group: 'see', name: () => name('matrix'), load: () => import('./rooms/matrix/matrix-room.js') },
  { path: 'review', tag: 'review-room', group: 'work', name: () => name('review'), load: () => import('./rooms/review/review-room.js') },
  { path: 'triangulation', tag: 'triangulation-room', group: 'see', name: () => name('triangulation'), load: () => import('./rooms/triangulation/triangulation-room.js') },
];
