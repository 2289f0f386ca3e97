/** The rows of `things-in-time` as what is drawn: no more exact than each date was stated. */

import { partialDate, span, text, value, type Row } from '../../service/terms.js';
import type { Time } from './eras.js';

/** The kinds of the question, in the order of their lanes. */
export const KINDS = ['event', 'resolution', 'paper', 'contribution', 'change', 'mandate', 'intervention', 'evaluation', 'plan', 'law', 'source'] as const;
export type Kind = (typeof KINDS)[number];

export interface Item {
  readonly key: string;
  readonly iri: string;
  readonly label: string;
  readonly kind: Kind;
  readonly isPeriod: boolean;
  /** The dates as they are stated; empty where none is. */
  readonly begin: string;
  readonly end: string;
  readonly note: string;
  readonly documents: string;
  readonly marking: string;
  /** When it was at the earliest and the latest; an end that nothing states reaches no further than the known one. */
  readonly time: Time;
  /** When it certainly was: nothing for a moment that is known by its month or year. */
  readonly sure: Time | null;
  /** Whether nothing states when it began, or ended. */
  readonly openBegin: boolean;
  readonly openEnd: boolean;
}

export function itemsOf(rows: readonly Row[]): readonly Item[] {
  return rows.flatMap((row, index) => {
    const found = itemOf(row, index);
    return found ? [found] : [];
  });
}

function itemOf(row: Row, index: number): Item | null {
  const [begin, end] = [value(row['begin']), value(row['end'])];
  const [first, last] = [spanOf(begin), spanOf(end)];
  const known = first ?? last;
  const kind = KINDS.find((one) => one === value(row['kind']));
  if (!known || !kind) return null;
  const isPeriod = value(row['extent']) === 'period';
  const time = { from: known.from, until: (isPeriod ? last : null)?.until ?? known.until };
  return {
    key: String(index),
    iri: value(row['thing']),
    label: text(row['thingLabel'] ?? row['thing']),
    kind,
    isPeriod,
    begin,
    end,
    note: text(row['dateNote']),
    documents: text(row['documents']),
    marking: text(row['_marking']),
    time: { from: time.from, until: Math.max(time.until, known.until) },
    sure: isPeriod ? between(first, last) : isDay(begin) ? known : null,
    openBegin: isPeriod && !first,
    openEnd: isPeriod && !last,
  };
}

/** From when it had certainly begun to when it had certainly not ended. */
function between(first: Time | null, last: Time | null): Time | null {
  const from = first?.until ?? last!.from;
  const until = last?.from ?? first!.until;
  // A period within one day is that day.
  if (first && last && first.until - first.from <= 86_400_000 && last.until - last.from <= 86_400_000) return { from: first.from, until: last.until };
  return until >= from ? { from, until } : null;
}

function spanOf(lexical: string): Time | null {
  const date = partialDate(lexical);
  if (!date) return null;
  const { from, until } = span(date);
  return { from: from.getTime(), until: until.getTime() };
}

function isDay(lexical: string): boolean {
  return partialDate(lexical)?.day !== null;
}

/** Whether it may have been in that time. */
export function mayBeIn(item: Item, time: Time): boolean {
  const from = item.openBegin ? -Infinity : item.time.from;
  const until = item.openEnd ? Infinity : item.time.until;
  return until > time.from && from < time.until;
}

/** The time that a partial date as a limit covers: its first moment, or the first after it. */
export function limit(lexical: string, side: keyof Time): number | null {
  return spanOf(lexical)?.[side] ?? null;
}
