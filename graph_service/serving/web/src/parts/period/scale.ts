/**
 * The stops of a period slider: the months or years in which something begins or ends.
 *
 * Dates of one answer may lie a hundred years apart with nothing in between. A stretch of years in which nothing begins
 * or ends is one stop, or a person could not choose a month in the rest.
 */

import { partialDate, span } from '../../service/terms.js';

/** A time of which the sources state no more than this; null is not stated. Both as they were written. */
export interface Stated {
  readonly since: string | null;
  readonly until: string | null;
}

/** A month as a number: the year times twelve, and the month from 0. */
export type Month = number;

export interface Stop {
  /** The first and the last month that the stop covers. */
  readonly first: Month;
  readonly last: Month;
  /** How many of the periods begin or end in it. */
  readonly count: number;
  /** True for a stretch in which nothing begins or ends. */
  readonly isGap: boolean;
}

const LONGEST_QUIET = 36; // months
const MOST_MONTHS = 480; // above it a stop is a year

function monthOf(date: Date): Month {
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** The months that a partial date covers; null for what is no date. */
export function monthsOf(lexical: string | null): readonly [Month, Month] | null {
  const date = lexical ? partialDate(lexical) : null;
  if (!date) return null;
  const { from, until } = span(date);
  return [monthOf(from), monthOf(new Date(until.getTime() - 1))];
}

/** The stops from the first date to the last; none where there is no date. */
export function stopsOf(periods: readonly Stated[]): readonly Stop[] {
  const dates = periods.flatMap(({ since, until }) => [monthsOf(since), since === until ? null : monthsOf(until)]).filter((months) => months !== null);
  if (dates.length === 0) return [];
  const marks = [...new Set(dates.flat())].sort((a, b) => a - b);
  const [first, last] = [marks[0]!, marks.at(-1)!];
  const unit = busyMonths(marks) > MOST_MONTHS ? 12 : 1;
  const stops: Stop[] = [];
  for (let at = unit === 12 ? yearOf(first) * 12 : first; at <= last; ) {
    const end = at + unit - 1;
    const next = marks.find((month) => month >= at)!;
    const quietUntil = unit === 12 ? yearOf(next) * 12 - 1 : next - 1;
    if (quietUntil - at >= LONGEST_QUIET) {
      stops.push({ first: at, last: quietUntil, count: 0, isGap: true });
      at = quietUntil + 1;
    } else {
      const count = dates.filter(([from]) => from >= at && from <= end).length;
      stops.push({ first: at, last: end, count, isGap: false });
      at = end + 1;
    }
  }
  return stops;
}

function busyMonths(marks: readonly Month[]): number {
  return marks.slice(1).reduce((sum, month, n) => sum + Math.min(month - marks[n]!, LONGEST_QUIET), 1);
}

function yearOf(month: Month): number {
  return Math.floor(month / 12);
}

/** `2013-04`, or `2013` of a year's first month where stops are years. */
export function written(month: Month): string {
  return `${String(yearOf(month)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`;
}

/** The stop in which a date falls, or the nearest one. */
export function stopAt(stops: readonly Stop[], lexical: string, end: 'first' | 'last'): number {
  const months = monthsOf(lexical);
  if (!months) return end === 'first' ? 0 : stops.length - 1;
  const month = end === 'first' ? months[0] : months[1];
  if (end === 'first') {
    const found = stops.findIndex((stop) => stop.last >= month);
    return found < 0 ? stops.length - 1 : found;
  }
  const found = stops.findLastIndex((stop) => stop.first <= month);
  return found < 0 ? 0 : found;
}

/** Whether something with this period may have been between two dates; what is not stated excludes nothing. */
export function mayBeIn(period: Stated, from: string, until: string): boolean {
  const [begin, end] = [monthsOf(period.since), monthsOf(period.until)];
  const [low, high] = [monthsOf(from), monthsOf(until)];
  return !(high && begin && begin[0] > high[1]) && !(low && end && end[1] < low[0]);
}

export function isDated({ since, until }: Stated): boolean {
  return monthsOf(since) !== null || monthsOf(until) !== null;
}

/** The later of two beginnings and the earlier of two ends: when both may have been. */
export function both(one: Stated, other: Stated): Stated {
  return { since: pick(one.since, other.since, (a, b) => a[0] >= b[0]), until: pick(one.until, other.until, (a, b) => a[1] <= b[1]) };
}

function pick(one: string | null, other: string | null, takesFirst: (a: readonly [Month, Month], b: readonly [Month, Month]) => boolean): string | null {
  const [a, b] = [monthsOf(one), monthsOf(other)];
  if (!a || !b) return a ? one : other;
  return takesFirst(a, b) ? one : other;
}
