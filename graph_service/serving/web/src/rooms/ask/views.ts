/** In which ways an answer can be shown, and what of it a picture needs. Pure. */

import type { Graph } from '../../parts/graph/model.js';
import { columnsOf, shown, type Column } from '../../parts/table/columns.js';
import { partialDate, span, text, value, type Row } from '../../service/terms.js';

/** Two columns of things: where a link starts and where it ends. */
export interface Pair {
  readonly from: Column;
  readonly to: Column;
  /** What is written at the link. */
  readonly label: Column | null;
}

/** Columns called `from` and `to`, else the first two columns of things that have names. */
export function pairOf(columns: readonly Column[]): Pair | null {
  const things = columns.filter(({ type, labelOf }) => type === 'iri' && labelOf);
  const [from, to] = ['from', 'to'].map((name) => things.find((column) => column.name === name));
  const [first, second] = from && to ? [from, to] : things;
  if (!first || !second) return null;
  const label = columns.find(({ name, type }) => type === 'text' && /^(relation|kind|status|relationLabel)$/.test(name)) ?? null;
  return { from: first, to: second, label };
}

/** The network of an answer: each thing once, and each link once for what is written at it. */
export function networkOf(rows: readonly Row[], pair: Pair): Graph {
  const nodes = new Map<string, string>();
  const links = new Map<string, Graph['links'][number]>();
  for (const row of rows) {
    const ends = [pair.from, pair.to].map((column) => [value(row[column.name]), text(shown(column, row))] as const);
    for (const [id, label] of ends) if (id) nodes.set(id, label);
    const [from, to] = [ends[0]![0], ends[1]![0]];
    const label = pair.label ? text(row[pair.label.name]) : '';
    if (from && to) links.set(`${from} ${label} ${to}`, { id: `${from} ${label} ${to}`, from, to, label, directed: true });
  }
  return { nodes: [...nodes].map(([id, label]) => ({ id, label })), links: [...links.values()] };
}

export interface Dated {
  readonly row: Row;
  readonly date: string;
  readonly until: string;
}

export interface Year {
  readonly year: number;
  readonly items: readonly Dated[];
}

/** The rows by year, in the order of their dates; what has no date is apart, at the end. */
export function yearsOf(rows: readonly Row[], columns: readonly Column[]): { readonly years: readonly Year[]; readonly undated: readonly Row[] } {
  const dates = columns.filter(({ type }) => type === 'date');
  const [begin, ...others] = dates;
  const end = others.find(({ name }) => /^(end|until)$/.test(name));
  if (!begin) return { years: [], undated: rows };
  const dated = rows.map((row) => ({ row, date: value(row[begin.name]), until: end ? value(row[end.name]) : '' }));
  const known = dated.filter(({ date }) => partialDate(date) !== null);
  const at = (date: string): number => span(partialDate(date)!).from.getTime();
  const sorted = known.toSorted((a, b) => at(a.date) - at(b.date));
  const years = new Map<number, Dated[]>();
  for (const item of sorted) {
    const { year } = partialDate(item.date)!;
    years.set(year, [...(years.get(year) ?? []), item]);
  }
  return { years: [...years].map(([year, items]) => ({ year, items })), undated: dated.filter(({ date }) => partialDate(date) === null).map(({ row }) => row) };
}

export type View = 'table' | 'network' | 'dates' | 'chart';

/** Which ways there are for this answer, the table first. `hasChart` is what the charts say. */
export function viewsOf(vars: readonly string[], rows: readonly Row[], types: Readonly<Record<string, string>>, hasChart: boolean): readonly View[] {
  const columns = columnsOf(vars, rows, types);
  const views: View[] = ['table'];
  if (rows.length === 0) return views;
  if (pairOf(columns)) views.push('network');
  if (yearsOf(rows, columns).years.length > 0) views.push('dates');
  if (hasChart) views.push('chart');
  return views;
}

/** The way that the question's header asks for, where the answer has it. */
export function preferred(view: string, views: readonly View[]): View {
  const wanted: View = view === 'network' || view === 'flow' ? 'network' : view === 'timeline' ? 'dates' : view === 'chart' ? 'chart' : 'table';
  return views.includes(wanted) ? wanted : 'table';
}
