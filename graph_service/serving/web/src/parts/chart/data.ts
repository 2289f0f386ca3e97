/** What is drawn of an answer: numbers along names or dates, told apart by series, in one panel or several. */

import { isDate, isNumber, partialDate, span, text, value, type Row } from '../../service/terms.js';

/** The `chart` of a question's header, as the catalogue lists it. docs/questions.md describes each key. */
export interface ChartSpec {
  readonly form: 'bars' | 'stacked' | 'lines';
  readonly along: string;
  /** The columns of numbers; none: the rows are counted. */
  readonly values?: readonly string[];
  readonly upTo?: string;
  readonly series?: string;
  readonly each?: string;
  readonly unitIn?: string;
  readonly unit?: string;
  readonly unit_nl?: string;
}

/** One number of the answer. `upTo` is the highest it may be, where it is stated as a range. */
export interface Mark {
  readonly series: string;
  readonly value: number;
  readonly upTo: number | null;
}

/** What stands at one place of the axis. `from` and `until` are the time of a date, in milliseconds. */
export interface Place {
  readonly label: string;
  readonly time: { readonly from: number; readonly until: number } | null;
  readonly marks: readonly Mark[];
}

export interface Panel {
  readonly name: string;
  readonly unit: string;
  /** The series of all panels of the chart, this one's among them. */
  readonly series: readonly string[];
  readonly places: readonly Place[];
  /** Names at the axis for which the answer has no number. */
  readonly without: readonly string[];
}

/** How an answer whose question says nothing of it may be drawn; null where nothing in it is a number over something. */
export function guessed(vars: readonly string[], rows: readonly Row[]): ChartSpec | null {
  const filled = (name: string): readonly Row[] => rows.filter((row) => row[name] !== undefined);
  const all = (name: string, is: (term: Row[string]) => boolean): boolean => filled(name).length > 0 && filled(name).every((row) => is(row[name]));
  const numbers = vars.filter((name) => all(name, isNumber) && !/^(ordinal|order)$/i.test(name));
  if (numbers.length === 0 || rows.length === 0) return null;
  const others = vars.filter((name) => !numbers.includes(name));
  const date = others.find((name) => all(name, isDate));
  const named = others.find((name) => name.endsWith('Label') && filled(name).length > 0);
  const along = date ?? named ?? others.find((name) => all(name, (term) => term?.type === 'literal')) ?? others.find((name) => all(name, (term) => term?.type === 'uri'));
  if (!along) return null;
  const isSeries = date && new Set(rows.map((row) => value(row[date]))).size > 2;
  return { form: isSeries ? 'lines' : 'bars', along, values: numbers.slice(0, 3) };
}

/** The answer as panels. `label` is what a column is called, `word` how a text in it is read. */
export function panelsOf(
  spec: ChartSpec,
  rows: readonly Row[],
  { dutch = false, label = (name: string): string => name, word = (_column: string, said: string): string => said, date = (lexical: string): string => lexical, nothing = '—' } = {},
): readonly Panel[] {
  const groups = grouped(rows, (row) => (spec.each ? word(spec.each, text(row[spec.each])) : ''));
  const panels = [...groups].map(([name, found]) => panel(spec, found, { name, dutch, label, word, date, nothing })).filter((one) => one.places.length > 0);
  // A series looks the same in every panel.
  const series = [...new Set(panels.flatMap((one) => one.places.flatMap((place) => place.marks.map((mark) => mark.series))))];
  return panels.map((one) => ({ ...one, series }));
}

interface Wording {
  readonly name: string;
  readonly dutch: boolean;
  readonly label: (name: string) => string;
  readonly word: (column: string, said: string) => string;
  readonly date: (lexical: string) => string;
  readonly nothing: string;
}

function panel(spec: ChartSpec, rows: readonly Row[], { name, dutch, label, word, date, nothing }: Wording): Panel {
  const units = [...new Set(rows.map((row) => (spec.unitIn ? text(row[spec.unitIn]) : '')))].filter(Boolean);
  const unit = units.join(', ') || (dutch ? spec.unit_nl : spec.unit) || '';
  const places: Place[] = [];
  const without: string[] = [];
  for (const [key, found] of grouped(rows, (row) => value(row[spec.along]))) {
    const term = found[0]![spec.along];
    const written = isDate(term) ? date(key) : word(spec.along, text(term)) || nothing;
    const marks = marksOf(spec, found, label, word);
    if (marks.length > 0) places.push({ label: written, time: timeOf(key, isDate(term)), marks });
    else without.push(written);
  }
  if (places.some((place) => place.time)) places.sort(byTime);
  return { name, unit: unit === name ? '' : unit, series: [], places, without };
}

/** In the order of time; what has no date comes last. */
function byTime(a: Place, b: Place): number {
  if (!a.time || !b.time) return Number(!a.time) - Number(!b.time);
  return a.time.from - b.time.from || a.time.until - b.time.until;
}

function marksOf(spec: ChartSpec, rows: readonly Row[], label: Wording['label'], word: Wording['word']): readonly Mark[] {
  const seriesOf = (row: Row): string => (spec.series ? word(spec.series, text(row[spec.series])) : '');
  const values = spec.values ?? [];
  if (values.length === 0) return [...grouped(rows, seriesOf)].map(([series, found]) => ({ series, value: found.length, upTo: null }));
  const marks = rows.flatMap((row) =>
    values.flatMap((name) => {
      const number = numberOf(row, name);
      if (number === null) return [];
      const series = [seriesOf(row), values.length > 1 ? label(name) : ''].filter(Boolean).join(': ');
      return [{ series, value: number, upTo: spec.upTo ? numberOf(row, spec.upTo) : null }];
    }),
  );
  // The same number twice is one: two rows that differ in a column that is not drawn.
  return [...new Map(marks.map((mark) => [JSON.stringify(mark), mark])).values()];
}

function numberOf(row: Row, name: string): number | null {
  const term = row[name];
  const found = term?.type === 'literal' ? Number(term.value) : NaN;
  return Number.isFinite(found) ? found : null;
}

function timeOf(lexical: string, isOne: boolean): Place['time'] {
  const date = isOne ? partialDate(lexical) : null;
  if (!date) return null;
  const { from, until } = span(date);
  return { from: from.getTime(), until: until.getTime() };
}

function grouped(rows: readonly Row[], key: (row: Row) => string): Map<string, Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of rows) found.set(key(row), [...(found.get(key(row)) ?? []), row]);
  return found;
}
