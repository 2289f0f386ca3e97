/** What stands on the map, made of the answer to `things-on-the-map`. Nothing here draws. */

import { isDated, mayBeIn, type Stated } from '../../parts/period/scale.js';
import type { Answer } from '../../service/api.js';
import { lastPart, text, value, type Row } from '../../service/terms.js';

export interface Thing extends Stated {
  readonly iri: string;
  readonly label: string;
  readonly kind: string;
  readonly kindLabel: string;
  readonly place: string;
  readonly number: number | null;
  readonly measure: string;
  readonly measureLabel: string;
  readonly of: string;
  readonly with: string;
}

export interface Place {
  readonly iri: string;
  readonly label: string;
  readonly latitude: number;
  readonly longitude: number;
}

export interface Named {
  readonly iri: string;
  readonly label: string;
}

export interface Atlas {
  readonly places: ReadonlyMap<string, Place>;
  readonly things: readonly Thing[];
  readonly kinds: readonly Named[];
  readonly measures: readonly Named[];
}

export interface Choice {
  readonly kind: string;
  /** What the symbols are sized by; empty: the number of things. */
  readonly measure: string;
  readonly from: string;
  readonly until: string;
  readonly undated: boolean;
}

/** A place with what is there in the period that was chosen. */
export interface Spot extends Place {
  readonly things: readonly Thing[];
  readonly size: number;
  /** The date of which `size` is, where numbers of other dates count the same people again. */
  readonly date: string;
}

/** Measures that are counted again at each date; any other is added up over time. */
const COUNTED_AGAIN: ReadonlySet<string> = new Set(['headcount']);

export function isCountedAgain(measure: string): boolean {
  return COUNTED_AGAIN.has(lastPart(measure));
}

export function atlasOf(answer: Answer | null): Atlas {
  const places = new Map<string, Place>();
  const things = new Map<string, Thing>();
  for (const row of answer?.rows ?? []) {
    const place = placeOf(row);
    if (!place) continue;
    places.set(place.iri, place);
    const thing = thingOf(row, place.iri);
    const key = [thing.iri, thing.place, thing.measure, thing.number].join(' ');
    if (!things.has(key)) things.set(key, thing);
  }
  const all = [...things.values()];
  return {
    places,
    things: all,
    kinds: named(all.map(({ kind, kindLabel }) => [kind, kindLabel])),
    measures: named(all.map(({ measure, measureLabel }) => [measure, measureLabel])),
  };
}

function placeOf(row: Row): Place | null {
  const [latitude, longitude] = [Number(value(row['latitude']) || NaN), Number(value(row['longitude']) || NaN)];
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return null;
  const iri = value(row['place']);
  return { iri, label: text(row['placeLabel']) || lastPart(iri), latitude, longitude };
}

function thingOf(row: Row, place: string): Thing {
  const [iri, number] = [value(row['thing']), value(row['number'])];
  return {
    iri,
    label: text(row['thingLabel']) || lastPart(iri),
    kind: value(row['kind']),
    kindLabel: text(row['kindLabel']),
    place,
    number: number === '' ? null : Number(number),
    measure: value(row['measure']),
    measureLabel: text(row['measureLabel']),
    of: text(row['ofLabel']),
    with: text(row['withLabel']),
    since: value(row['since']) || null,
    until: value(row['until']) || null,
  };
}

function named(pairs: readonly (readonly [string, string])[]): readonly Named[] {
  const found = new Map(pairs.filter(([iri]) => iri).map(([iri, label]) => [iri, label || lastPart(iri)]));
  return [...found].map(([iri, label]) => ({ iri, label })).sort((a, b) => a.label.localeCompare(b.label));
}

/** The places at which a choice leaves something, the largest first. */
export function spotsOf(atlas: Atlas, choice: Choice): readonly Spot[] {
  const at = new Map<string, Thing[]>();
  for (const thing of atlas.things) {
    if (choice.kind && thing.kind !== choice.kind) continue;
    if (choice.measure && thing.measure !== choice.measure) continue;
    if (!(choice.undated || isDated(thing)) || !mayBeIn(thing, choice.from, choice.until)) continue;
    const there = at.get(thing.place) ?? [];
    there.push(thing);
    at.set(thing.place, there);
  }
  const spots = [...at].map(([iri, things]): Spot => ({ ...atlas.places.get(iri)!, things, ...sizeOf(things, choice.measure) }));
  return spots.sort((a, b) => b.size - a.size || a.label.localeCompare(b.label));
}

/** How large: the number of things, the sum of their numbers, or the most of one date. */
export function sizeOf(things: readonly Thing[], measure: string): { readonly size: number; readonly date: string } {
  if (!measure) return { size: new Set(things.map(({ iri }) => iri)).size, date: '' };
  if (!isCountedAgain(measure)) return { size: things.reduce((sum, { number }) => sum + (number ?? 0), 0), date: '' };
  const sums = new Map<string, number>();
  for (const { since, number } of things) sums.set(since ?? '', (sums.get(since ?? '') ?? 0) + (number ?? 0));
  const [date, size] = [...sums].reduce((best, one) => (one[1] > best[1] ? one : best));
  return { size, date };
}
