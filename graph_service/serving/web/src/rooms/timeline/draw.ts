/** The picture of the timeline: one lane a kind, on one axis. */

import { svg, type SVGTemplateResult } from 'lit';
import { colourOf, shape } from '../../parts/chart/patterns.js';
import { isAboveLowest, markingWidth, svgMarking } from '../../parts/svg-marking.js';
import { measureIn, wrap } from '../../parts/svg-text.js';
import { addressOf } from '../../service/route.js';
import { session } from '../../service/session.js';
import type { Eras, Tick } from './eras.js';
import { KINDS, type Item, type Kind } from './items.js';
import { lane, type Block, type Heap, type Lane, type Placed } from './lanes.js';
import { when } from './when.js';
import type { Window } from './window.js';
import { say } from './words.js';

const ROW = 24;
const TALL = 19; // of a band
const HEAD = 22; // of a lane: its name, where there is no room for it at the side
const SIDE = 148; // the names of the lanes
const MARKING = 96; // of a marking before a label; the whole stands in the card
const AXIS = 26;
const FADE = 46; // over which an open end fades
const POINT = 10;

export interface Scene {
  readonly items: readonly Item[];
  readonly eras: Eras;
  readonly shown: Window;
  readonly width: number;
}

export interface Picture {
  readonly height: number;
  /** Where the axis begins: the names of the lanes stand before it. */
  readonly left: number;
  readonly picture: SVGTemplateResult;
  /** The things that have a mark of their own, in the order of time. */
  readonly keys: readonly string[];
}

/** How far from the left the axis begins. */
export function sideOf(width: number): number {
  return width < 760 ? 0 : SIDE;
}

/** `heap` is called with the things of a heap when one is chosen. */
export function timeline(scene: Scene, heap: (items: readonly Item[], at: SVGElement) => void): Picture {
  const { eras, shown } = scene;
  const left = sideOf(scene.width);
  const width = scene.width - left;
  const x = (time: number): number => ((eras.toDense(time) - shown.from) / (shown.until - shown.from)) * width;
  const measure = measureIn(12.5);
  const head = left > 0 ? 5 : HEAD;
  let y = AXIS + 4;
  const keys: string[] = [];
  const names: SVGTemplateResult[] = [];
  const lanes = KINDS.flatMap((kind) => {
    const items = scene.items.filter((item) => item.kind === kind);
    if (items.length === 0) return [];
    const found = lane(items.map((item) => blockOf(item, x, width)), { width, most: most(items), measure });
    const top = y;
    const rows = head + Math.max(1, found.rows + (found.heaps.length > 0 ? 1 : 0)) * ROW + 6;
    const name = nameOf(kind, items.length, top, left, scene.width);
    y += Math.max(rows, name.height);
    keys.push(...found.placed.map((one) => one.item.key));
    names.push(name.picture);
    return [laneOf(kind, found, { top: top + head, x, heap })];
  });
  const order = new Map(scene.items.map((item, index) => [item.key, index]));
  keys.sort((a, b) => order.get(a)! - order.get(b)!);
  const plot = svg`<svg x=${left} width=${width} height=${y}>${axis({ ...scene, width }, x, y)}${lanes}</svg>`;
  return { height: y, left, keys, picture: svg`${fades()}${plot}${names}` };
}

function nameOf(kind: Kind, count: number, top: number, left: number, width: number): { readonly height: number; readonly picture: SVGTemplateResult } {
  const lines = left > 0 ? wrap(say(kind), left - 16, 2, measureIn(12.5, 650)) : [say(kind)];
  const picture = svg`<line class="rule" x1="0" x2=${width} y1=${top} y2=${top}></line>
    ${lines.map((line, index) => svg`<text class="lane-name" x="0" y=${top + 18 + index * 15}>${line}${index === lines.length - 1 ? svg`<tspan class="count" dx="6">${count}</tspan>` : ''}</text>`)}`;
  return { height: lines.length * 15 + 12, picture };
}

/** Events are what a timeline is read for. */
function most(items: readonly Item[]): number {
  return items[0]?.kind === 'event' ? 11 : 6;
}

function blockOf(item: Item, x: (time: number) => number, width: number): Block<Item> {
  const [from, until] = [x(item.time.from), x(item.time.until)];
  const marked = isAboveLowest(item.marking) ? markingWidth(item.marking, MARKING) + 5 : 0;
  const common = { item, label: item.label, before: marked };
  if (!item.isPeriod && until - from < POINT) {
    const middle = (from + until) / 2;
    return { ...common, from: middle - POINT / 2, until: middle + POINT / 2 };
  }
  const begin = item.openBegin ? Math.min(0, from - FADE) : from;
  const end = item.openEnd ? Math.max(width, until + FADE) : until;
  return { ...common, from: begin, until: Math.max(end, begin + POINT) };
}

interface Place {
  readonly top: number;
  readonly x: (time: number) => number;
  readonly heap: (items: readonly Item[], at: SVGElement) => void;
}

function laneOf(kind: Kind, found: Lane<Item>, { top, x, heap }: Place): SVGTemplateResult {
  const index = KINDS.indexOf(kind);
  return svg`<g class="lane">
    ${found.placed.map((one) => thing(one, index, top + one.row * ROW, x))}
    ${found.heaps.map((one) => heapOf(one, index, top + found.rows * ROW, heap))}
  </g>`;
}

function thing(one: Placed<Item>, index: number, y: number, x: (time: number) => number): SVGTemplateResult {
  const { item } = one;
  const isPoint = one.until - one.from <= POINT + 0.5 && !item.isPeriod;
  const marked = one.before && one.written ? svgMarking(item.marking, one.at - one.before, y + 2.5, one.before - 5) : '';
  const begin = Math.min(one.from, one.written ? one.at : one.from);
  const end = Math.max(one.until, one.written ? one.at + measureIn(12.5)(one.written) : one.until, begin + POINT);
  // The words stand beside the link, which has them in its name: cut off as they are, they would be another name.
  return svg`<a class="thing" href=${addressOf('thing', { iri: item.iri })} data-key=${item.key} tabindex="-1" aria-label="${item.label}, ${when(item)}">
    <rect class="grasp" x=${begin - 2} y=${y - 2} width=${end - begin + 4} height=${ROW - 2}></rect>
    ${isPoint ? shape(index, (one.from + one.until) / 2, y + TALL / 2) : band(one, index, y, x)}
  </a>
  <g class="words" aria-hidden="true">${marked}<text class="label" x=${one.at} y=${y + 14}>${one.written}</text></g>`;
}

/** A band: whole where it certainly was, fading where it may have been, dotted on where nothing states an end. */
function band(one: Placed<Item>, index: number, y: number, x: (time: number) => number): SVGTemplateResult {
  const { item } = one;
  const [first, last] = [x(item.time.from), x(item.time.until)];
  const whole = item.sure ? [x(item.sure.from), x(item.sure.until)] as const : ([(first + last) / 2, (first + last) / 2] as const);
  const from = item.openBegin ? Math.min(first, whole[0]) - FADE : first;
  const until = item.openEnd ? Math.max(last, whole[1]) + FADE : last;
  const middle = y + TALL - 1; // below the label
  return svg`${item.openBegin ? svg`<line class="open" x1=${one.from} x2=${from} y1=${middle} y2=${middle} stroke=${colourOf(index)}></line>` : ''}
    ${item.openEnd ? svg`<line class="open" x1=${until} x2=${one.until} y1=${middle} y2=${middle} stroke=${colourOf(index)}></line>` : ''}
    ${piece(from, whole[0], y, `url(#in-${index % 8})`)}
    ${piece(whole[0], whole[1], y, colourOf(index))}
    ${piece(whole[1], until, y, `url(#out-${index % 8})`)}`;
}

function piece(from: number, until: number, y: number, fill: string): SVGTemplateResult | '' {
  if (until - from < 0.3) return '';
  if (fill.startsWith('url')) return svg`<rect class="fade" x=${from} y=${y} width=${until - from} height=${TALL} fill=${fill}></rect>`;
  return svg`<rect class="sure" x=${from} y=${y} width=${until - from} height=${TALL} fill=${fill}></rect>
    <rect class="under" x=${from} y=${y + TALL - 2} width=${until - from} height="2" fill=${fill}></rect>`;
}

function heapOf(one: Heap<Item>, index: number, y: number, heap: Place['heap']): SVGTemplateResult {
  const open = (event: Event): void => heap(one.items, event.currentTarget as SVGElement);
  const key = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      open(event);
    }
  };
  return svg`<g class="heap" role="button" tabindex="0" aria-label="+${one.items.length}: ${say('heap', { n: one.items.length })}" @click=${open} @keydown=${key}>
    <rect x=${one.from + 1} y=${y - 2} width=${one.until - one.from - 3} height=${ROW - 1} rx="11" fill=${colourOf(index)}></rect>
    <text x=${(one.from + one.until) / 2} y=${y + 14} text-anchor="middle">+${one.items.length}</text>
  </g>`;
}

function axis({ eras, shown, width }: Scene, x: (time: number) => number, height: number): SVGTemplateResult {
  const wide = shown.until - shown.from;
  const ticks = eras.ticks(shown.from, shown.until, (wide / width) * 74);
  const breaks = eras.breaks.filter((one) => one.at + one.length > shown.from && one.at < shown.until);
  return svg`<g class="axis">
    ${ticks.map((tick) => {
      const at = x(tick.time.getTime());
      return svg`<line class=${tick.time.getUTCMonth() === 0 && tick.time.getUTCDate() === 1 ? 'year' : 'grid'} x1=${at} x2=${at} y1=${AXIS - 4} y2=${height}></line>`;
    })}
    ${breaks.map((one) => {
      const [from, until] = [((one.at - shown.from) / wide) * width, ((one.at + one.length - shown.from) / wide) * width];
      return svg`<rect class="break" x=${from} y="0" width=${until - from} height=${height}></rect>
        <path class="break-edge" d=${zigzag(from, height)}></path><path class="break-edge" d=${zigzag(until, height)}></path>
        ${until - from > 50 ? svg`<text class="tick" x=${(from + until) / 2} y=${AXIS - 10} text-anchor="middle">${say('years', { n: one.years })}</text>` : ''}`;
    })}
    ${tickTexts(ticks, x, width)}
  </g>`;
}

function tickTexts(ticks: readonly Tick[], x: (time: number) => number, width: number): readonly SVGTemplateResult[] {
  const measure = measureIn(12);
  let end = -Infinity;
  return ticks.flatMap((tick) => {
    const at = x(tick.time.getTime());
    const text = tickText(tick);
    const half = measure(text) / 2;
    const left = at < half ? at : at - half;
    if (left < end + 10 || at + half > width) return [];
    end = left + 2 * half;
    return [svg`<text class="tick" x=${left} y=${AXIS - 10}>${text}</text>`];
  });
}

function zigzag(x: number, height: number): string {
  const steps = Math.ceil(height / 12);
  return `M${x} 0${Array.from({ length: steps }, (_, index) => `L${x + (index % 2 ? 0 : 4)} ${(index + 1) * 12}`).join('')}`;
}

function tickText({ time, unit }: Tick): string {
  if (unit === 'year') return String(time.getUTCFullYear());
  const locale = session.language === 'nl' ? 'nl-NL' : 'en-GB';
  if (unit === 'day') return time.toLocaleDateString(locale, { timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric' });
  return time.getUTCMonth() === 0 ? String(time.getUTCFullYear()) : time.toLocaleDateString(locale, { timeZone: 'UTC', month: 'short' });
}

function fades(): SVGTemplateResult {
  const kinds = Array.from({ length: 8 }, (_, index) => index);
  const gradient = (id: string, index: number, from: number, until: number): SVGTemplateResult => svg`<linearGradient id="${id}-${index}">
    <stop offset="0" stop-color=${colourOf(index)} stop-opacity=${from}></stop><stop offset="1" stop-color=${colourOf(index)} stop-opacity=${until}></stop>
  </linearGradient>`;
  return svg`<defs>${kinds.map((index) => [gradient('in', index, 0.02, 0.34), gradient('out', index, 0.34, 0.02)])}</defs>`;
}
