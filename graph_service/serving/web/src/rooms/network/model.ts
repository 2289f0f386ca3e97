/** The network of actors, made of the answers to `coordination-network` and `actors-by-kind`. Nothing here draws. */

import type { Dash, Graph, GraphLink, GraphNode, Kind, Line, Shape, Shown } from '../../parts/graph/model.js';
import { both, isDated, mayBeIn, type Stated } from '../../parts/period/scale.js';
import type { Answer } from '../../service/api.js';
import { lastPart, text, value, type Row } from '../../service/terms.js';

export const STATUSES = ['stated', 'intended', 'to-be-assessed', 'assessed'] as const;
export type Status = (typeof STATUSES)[number];

const DASHES: Readonly<Record<Status, Dash>> = { stated: 'solid', intended: 'dashed', 'to-be-assessed': 'dotted', assessed: 'bold' };

export interface Actor extends Stated {
  readonly iri: string;
  readonly label: string;
  readonly kind: string;
  readonly types: string;
  readonly marking: string;
}

export interface Link extends Stated {
  readonly iri: string;
  readonly from: string;
  readonly to: string;
  readonly relation: string;
  readonly relationLabel: string;
  readonly isSymmetric: boolean;
  readonly status: Status;
  readonly judgement: string;
  readonly dateNote: string;
  readonly note: string;
  readonly passage: string;
  readonly citation: string;
  readonly marking: string;
  /** When it may have been: its own period, and no longer than both of its ends were there. */
  readonly window: Stated;
}

export interface Network {
  readonly actors: ReadonlyMap<string, Actor>;
  readonly links: readonly Link[];
  readonly kinds: readonly Kind[];
  readonly relations: readonly { readonly iri: string; readonly label: string; readonly n: number }[];
}

export interface Choice {
  readonly statuses: ReadonlySet<string>;
  /** What is left out. */
  readonly withoutKinds: ReadonlySet<string>;
  readonly relation: string;
  readonly from: string;
  readonly until: string;
  readonly undated: boolean;
}

/** The kinds of `actors-by-kind` in its order, with a shape and a colour for each; any other is drawn as the last. */
const DRAWN: Readonly<Record<string, readonly [Shape, number]>> = {
  Person: ['circle', 5],
  Intervention: ['hexagon', 1],
  ArmedGroup: ['wedge', 8],
  ArmedForce: ['shield', 4],
  State: ['square', 3],
  GovernmentBody: ['pentagon', 2],
  InternationalOrganisation: ['octagon', 6],
  Organisation: ['diamond', 7],
  ActorCategory: ['flag', 7],
  Actor: ['triangle', 7],
};

function drawnAs(iri: string): readonly [Shape, number] {
  return DRAWN[lastPart(iri)] ?? DRAWN['Actor']!;
}

/** The markings of links and actors, by their IRIs, from answers with marked rows. Who is in several has all of them. */
export function markingsOf(answers: readonly Answer[]): ReadonlyMap<string, string> {
  const found = new Map<string, Set<string>>();
  for (const row of answers.flatMap((answer) => answer.rows)) {
    const [iri, marking] = [value(row['link'] ?? row['actor']), text(row['_marking'])];
    if (marking) found.set(iri, (found.get(iri) ?? new Set()).add(marking));
  }
  return new Map([...found].map(([iri, markings]) => [iri, [...markings].sort().join(' + ')]));
}

export interface Besides {
  /** What an end of a link is called that is no actor. */
  readonly otherKind?: string;
  readonly markings?: ReadonlyMap<string, string>;
}

/** `links` may be several answers, one for each actor of which the neighbours were asked. */
export function networkOf(links: readonly Answer[], actors: Answer | null, { otherKind = '?', markings = new Map() }: Besides = {}): Network {
  const known = new Map<string, Actor>();
  const kinds = new Map<string, Kind>();
  for (const row of actors?.rows ?? []) {
    const [iri, kind] = [value(row['actor']), value(row['kind'])];
    if (!known.has(iri)) known.set(iri, { ...actorOf(row, iri, kind), marking: markings.get(iri) ?? '' });
    if (!kinds.has(kind)) kinds.set(kind, { key: kind, label: text(row['kindLabel']) || lastPart(kind), shape: drawnAs(kind)[0], colour: drawnAs(kind)[1] });
  }
  const found = new Map<string, Link>();
  const ends = new Map<string, Actor>();
  const end = (row: Row, name: 'actor' | 'other'): Actor => {
    const iri = value(row[name]);
    const actor = ends.get(iri) ?? known.get(iri) ?? unknown(iri, text(row[`${name}Label`]));
    ends.set(iri, actor);
    return actor;
  };
  for (const row of links.flatMap((answer) => answer.rows)) {
    const [from, to] = [end(row, 'actor'), end(row, 'other')];
    const iri = value(row['link']);
    if (!found.has(iri)) found.set(iri, { ...linkOf(row, iri, from, to), marking: markings.get(iri) ?? '' });
  }
  const isOther = [...ends.values()].some(({ kind }) => !kinds.has(kind));
  const every = isOther ? [...kinds.values(), { key: '', label: otherKind, shape: 'triangle' as const, colour: 7 }] : [...kinds.values()];
  return { actors: ends, links: [...found.values()], kinds: every, relations: relationsOf([...found.values()]) };
}

function actorOf(row: Row, iri: string, kind: string): Omit<Actor, 'marking'> {
  const stated = { since: value(row['begin']) || null, until: value(row['end']) || null };
  return { iri, label: text(row['actorLabel']) || lastPart(iri), kind, types: text(row['types']), ...stated };
}

function unknown(iri: string, label: string): Actor {
  return { iri, label: label || lastPart(iri), kind: '', types: '', marking: '', since: null, until: null };
}

function linkOf(row: Row, iri: string, from: Actor, to: Actor): Omit<Link, 'marking'> {
  const stated: Stated = { since: value(row['since']) || null, until: value(row['until']) || null };
  const status = value(row['status']);
  return {
    iri,
    from: from.iri,
    to: to.iri,
    relation: value(row['relation']),
    relationLabel: text(row['relationLabel']) || lastPart(value(row['relation'])),
    isSymmetric: value(row['isSymmetric']) === 'true',
    status: STATUSES.find((one) => one === status) ?? 'to-be-assessed', // the one that claims least
    judgement: text(row['judgement']),
    dateNote: text(row['dateNote']),
    note: text(row['note']),
    passage: value(row['passage']),
    citation: text(row['citation']),
    ...stated,
    window: both(stated, both(from, to)),
  };
}

function relationsOf(links: readonly Link[]): Network['relations'] {
  const counted = new Map<string, { iri: string; label: string; n: number }>();
  for (const { relation: iri, relationLabel: label } of links) {
    const one = counted.get(iri) ?? { iri, label, n: 0 };
    one.n += 1;
    counted.set(iri, one);
  }
  return [...counted.values()].sort((a, b) => a.label.localeCompare(b.label));
}

/** The links that a choice leaves, and the actors at their ends. */
export function chosen(network: Network, choice: Choice): Shown & { readonly all: readonly Link[] } {
  const kindOf = (iri: string): string => network.actors.get(iri)?.kind ?? '';
  const all = network.links.filter(
    (link) =>
      choice.statuses.has(link.status) &&
      (!choice.relation || link.relation === choice.relation) &&
      !choice.withoutKinds.has(kindOf(link.from)) &&
      !choice.withoutKinds.has(kindOf(link.to)) &&
      (choice.undated || isDated(link)) &&
      mayBeIn(link.window, choice.from, choice.until),
  );
  return { all, links: new Set(all.map(({ iri }) => iri)), nodes: new Set(all.flatMap(({ from, to }) => [from, to])) };
}

export interface LinkWords {
  readonly statuses: Readonly<Record<Status, string>>;
}

/** What a link is called: never as a fact what is none. */
export function nameOf(link: Link, words: LinkWords): string {
  if (link.status === 'stated') return link.relationLabel;
  const judged = link.status === 'assessed' && link.judgement ? `: ${link.judgement}` : '';
  return `${link.relationLabel} (${words.statuses[link.status]}${judged})`;
}

export function graphOf(network: Network, words: LinkWords): Graph {
  const nodes = [...network.actors.values()].map((actor): GraphNode => ({ id: actor.iri, label: actor.label, kind: actor.kind, type: actor.types, marking: actor.marking }));
  const links = network.links.map((link): GraphLink => ({
    id: link.iri,
    from: link.from,
    to: link.to,
    label: nameOf(link, words),
    line: link.status,
    directed: !link.isSymmetric,
    marking: link.marking,
  }));
  const lines = STATUSES.map((key): Line => ({ key, label: words.statuses[key], dash: DASHES[key] }));
  return { nodes, links, kinds: network.kinds, lines };
}
