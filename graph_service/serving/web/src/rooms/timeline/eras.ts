/**
 * A time axis that leaves out the long times in which nothing was: eras, with a break of the same width between each
 * two. A place on it is a number, `dense`, in milliseconds of the eras and breaks before it.
 */

import { utcDay, utcMonday, utcMonth, utcYear, type TimeInterval } from 'd3-time';

const YEAR = 365.25 * 86_400_000;
const EMPTY = 8 * YEAR; // what is left out if nothing was for longer
const BREAK = 0.04; // of the length of all eras

export interface Time {
  readonly from: number;
  readonly until: number;
}

export interface Era extends Time {
  /** Where it begins on the axis. */
  readonly at: number;
}

export interface Break {
  readonly at: number;
  readonly length: number;
  readonly years: number;
}

export interface Tick {
  readonly at: number;
  readonly time: Date;
  readonly unit: 'year' | 'month' | 'day';
}

export class Eras {
  readonly eras: readonly Era[];
  readonly breaks: readonly Break[];
  readonly length: number;

  /** The axis on which each of these times has its place; without any, the year 2000. */
  constructor(times: Iterable<Time>) {
    const merged = mergedOf([...times]);
    const sum = merged.reduce((total, era) => total + era.until - era.from, 0);
    const gap = merged.length > 1 ? sum * BREAK : 0;
    let at = 0;
    this.eras = merged.map((era) => {
      const placed = { ...era, at };
      at += era.until - era.from + gap;
      return placed;
    });
    this.length = at - gap;
    this.breaks = this.eras.slice(1).map((era, index) => {
      const before = this.eras[index]!;
      return { at: era.at - gap, length: gap, years: Math.round((era.from - before.until) / YEAR) };
    });
  }

  /** The place of a time; what is before the first era or after the last is at that end. */
  toDense(time: number): number {
    const index = this.eras.findIndex((era) => time < era.until);
    if (index < 0) return this.length;
    const era = this.eras[index]!;
    if (time >= era.from) return era.at + (time - era.from);
    const before = this.eras[index - 1];
    if (!before) return 0;
    const end = before.at + (before.until - before.from);
    return end + ((time - before.until) / (era.from - before.until)) * (era.at - end);
  }

  toTime(dense: number): number {
    const index = Math.max(0, this.eras.findLastIndex((era) => dense >= era.at));
    const era = this.eras[index]!;
    const end = era.at + (era.until - era.from);
    if (dense <= end) return era.from + Math.max(0, dense - era.at);
    const after = this.eras[index + 1];
    return after ? era.until + ((dense - end) / (after.at - end)) * (after.from - era.until) : era.until;
  }

  /** Ticks between two places, no closer than `apart` (in dense milliseconds): years, then months, then days. */
  ticks(from: number, until: number, apart: number): readonly Tick[] {
    return this.eras.flatMap((era) => {
      const [low, high] = [Math.max(from, era.at), Math.min(until, era.at + era.until - era.from)];
      if (high <= low) return [];
      const [every, unit] = steps(apart);
      const times = every.range(new Date(this.toTime(low)), new Date(Math.min(this.toTime(high) + 1, era.until)));
      // An era has a tick at least, or nobody could tell which it is.
      const shown = times.length > 0 ? times : [new Date(this.toTime(low))];
      return shown.map((time) => ({ at: this.toDense(time.getTime()), time, unit }));
    });
  }
}

function mergedOf(times: readonly Time[]): readonly Time[] {
  const found: { from: number; until: number }[] = [];
  for (const time of times.toSorted((a, b) => a.from - b.from)) {
    const last = found.at(-1);
    if (last && time.from - last.until <= EMPTY) last.until = Math.max(last.until, time.until);
    else found.push({ ...time });
  }
  if (found.length === 0) found.push({ from: Date.UTC(2000, 0), until: Date.UTC(2001, 0) });
  // Whole years, so that a year that is all that is known of a date is there as a whole.
  return found.map(({ from, until }) => ({ from: utcYear.floor(new Date(from)).getTime(), until: utcYear.ceil(new Date(until)).getTime() }));
}

function steps(apart: number): readonly [TimeInterval, Tick['unit']] {
  const years = apart / YEAR;
  for (const step of [100, 50, 20, 10, 5, 2, 1]) if (years > step / 2.01 || years > step) return [utcYear.every(years > step ? step * 2 : step) ?? utcYear, 'year'];
  for (const months of [6, 3, 1]) if (years * 12 > months / 2.01) return [utcMonth.every(months) ?? utcMonth, 'month'];
  return years * 365 > 4 ? [utcMonday, 'day'] : [utcDay.every(years * 365 > 1 ? 2 : 1) ?? utcDay, 'day'];
}
