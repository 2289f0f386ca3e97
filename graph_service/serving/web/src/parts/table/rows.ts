/** Which rows of a table are shown, and in which order. Pure; no browser is needed. */

import { partialDate, span, text, value, type Row } from '../../service/terms.js';
import { shown, type Column } from './columns.js';

export interface Sort {
  readonly name: string;
  readonly down: boolean;
}

/** `-date,name` → by date, the latest first, then by name. */
export function sortsOf(written: string): readonly Sort[] {
  const parts = written.split(',').filter(Boolean);
  return parts.map((part) => (part.startsWith('-') ? { name: part.slice(1), down: true } : { name: part, down: false }));
}

export function written(sorts: readonly Sort[]): string {
  return sorts.map(({ name, down }) => (down ? `-${name}` : name)).join(',');
}

/** What pressing a heading does: up, down, then as the answer came. `also` keeps the columns that were pressed before. */
export function pressed(sorts: readonly Sort[], name: string, also: boolean): readonly Sort[] {
  const now = sorts.find((sort) => sort.name === name);
  const next = !now ? [{ name, down: false }] : now.down ? [] : [{ name, down: true }];
  if (!also) return next;
  return now ? sorts.flatMap((sort) => (sort.name === name ? next : [sort])) : [...sorts, ...next];
}

/** The rows in order; those without a value last, either way; equal ones as the answer has them. */
export function sorted(rows: readonly Row[], columns: readonly Column[], sorts: readonly Sort[], language: string): readonly Row[] {
  const keys = sorts.flatMap(({ name, down }) => {
    const column = columns.find((column) => column.name === name);
    return column ? [{ of: new Map(rows.map((row) => [row, keyOf(column, row)])), down }] : [];
  });
  if (keys.length === 0) return rows;
  const words = new Intl.Collator(language, { numeric: true, sensitivity: 'base' });
  return rows.toSorted((a, b) => {
    for (const { of, down } of keys) {
      const [left, right] = [of.get(a) ?? null, of.get(b) ?? null];
      if (left === null || right === null) {
        if (left !== right) return left === null ? 1 : -1;
        continue;
      }
      const order = typeof left === 'number' && typeof right === 'number' ? left - right : words.compare(String(left), String(right));
      if (order !== 0) return down ? -order : order;
    }
    return 0;
  });
}

function keyOf(column: Column, row: Row): number | string | null {
  const term = shown(column, row);
  if (!term) return null;
  const said = value(term);
  if (column.type === 'integer' || column.type === 'decimal') return numberOr(said);
  if (column.type === 'date') {
    const date = partialDate(said);
    // A year stands in front of its months, a month in front of its days: what is less precise begins no later.
    return date ? span(date).from.getTime() - (date.month === null ? 0.2 : date.day === null ? 0.1 : 0) : said;
  }
  return text(term);
}

function numberOr(said: string): number | string {
  const number = Number(said);
  return said.trim() === '' || Number.isNaN(number) ? said : number;
}

/** A row fits if every word of `all` stands somewhere in it, and each column fits what is asked of it. */
export function filtered(
  rows: readonly Row[],
  columns: readonly Column[],
  all: string,
  each: Readonly<Record<string, string>> = {},
): readonly Row[] {
  const wanted = plain(all).split(/\s+/).filter(Boolean);
  const tests = columns.flatMap((column) => (each[column.name]?.trim() ? [{ column, fits: testOf(column, each[column.name]!) }] : []));
  if (wanted.length === 0 && tests.length === 0) return rows;
  return rows.filter((row) => {
    if (!tests.every(({ column, fits }) => fits(row, column))) return false;
    if (wanted.length === 0) return true;
    const stands = plain(columns.map((column) => text(shown(column, row))).join('\n'));
    return wanted.every((word) => stands.includes(word));
  });
}

type Test = (row: Row, column: Column) => boolean;

/** Of numbers and dates `>3`, `<=2014` and `3..5`, both ends counted; of anything else, and besides, a part of the text. */
function testOf(column: Column, asked: string): Test {
  const range = column.type === 'integer' || column.type === 'decimal' ? numbers(asked) : column.type === 'date' ? times(asked) : null;
  if (range) return (row) => range(value(row[column.name]));
  const part = plain(asked.trim());
  return (row) => plain(text(shown(column, row))).includes(part);
}

type Range = (said: string) => boolean;

function numbers(asked: string): Range | null {
  return rangeOf(asked, (end) => {
    const number = Number(end.replace(',', '.'));
    return end === '' || Number.isNaN(number) ? null : { from: number, until: number };
  });
}

function times(asked: string): Range | null {
  return rangeOf(asked, (end) => {
    const date = partialDate(end);
    if (!date) return null;
    const { from, until } = span(date);
    return { from: from.getTime(), until: until.getTime() - 1 };
  });
}

interface Extent {
  readonly from: number;
  readonly until: number;
}

/** A date that is known to the year fits where any of its days would. */
function rangeOf(asked: string, read: (end: string) => Extent | null): Range | null {
  const compared = /^\s*(>=|<=|>|<|=)\s*(\S+)\s*$/.exec(asked);
  const between = /^\s*(\S*?)\s*\.\.\s*(\S*)\s*$/.exec(asked);
  const on = (fits: (said: Extent) => boolean): Range => (said) => {
    const extent = read(said);
    return extent !== null && fits(extent);
  };
  if (compared) {
    const end = read(compared[2]!);
    if (!end) return null;
    if (compared[1] === '>') return on(({ until }) => until > end.until);
    if (compared[1] === '>=') return on(({ until }) => until >= end.from);
    if (compared[1] === '<') return on(({ from }) => from < end.from);
    if (compared[1] === '<=') return on(({ from }) => from <= end.until);
    return on(({ from, until }) => from <= end.until && until >= end.from);
  }
  if (between) {
    const [low, high] = [read(between[1]!), read(between[2]!)];
    if ((!low && between[1]) || (!high && between[2]) || (!low && !high)) return null;
    return on(({ from, until }) => (!low || until >= low.from) && (!high || from <= high.until));
  }
  const one = read(asked.trim());
  return one ? on(({ from, until }) => from <= one.until && until >= one.from) : null;
}

/** Text as it is compared: no case, no accents. */
export function plain(said: string): string {
  return said.normalize('NFD').replace(/\p{Diacritic}/gu, '').toLowerCase();
}

/** A row without its marking as one text, to find it again in the answer that has the markings. */
export function identity(row: Row, vars: readonly string[]): string {
  return JSON.stringify(vars.map((name) => row[name] ?? null));
}
