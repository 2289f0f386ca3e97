/** The columns of an answer: which there are, of which type, and how wide. Pure; no browser is needed. */

import { readIn } from '../column.js';
import { isDate, isNumber, text, type Row, type Term } from '../../service/terms.js';

/** As the catalogue writes them; `marking` is the marking of a row. */
export type ColumnType = 'iri' | 'text' | 'integer' | 'decimal' | 'boolean' | 'date' | 'any' | 'marking';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** The variable that names what stands in this one: `goalLabel` beside `goal`. */
  readonly labelOf: string | null;
}

/** The variable in which `mark=rows` puts the marking of a row. */
export const MARKING = '_marking';
const TYPES: readonly string[] = ['iri', 'text', 'integer', 'decimal', 'boolean', 'date', 'any'];

/**
 * The columns in the order of the answer, the marking first. A column `xLabel` beside an `x` with IRIs is folded into
 * it. `types` are those of the catalogue (a `?` behind them is no matter); without one the terms decide.
 */
export function columnsOf(vars: readonly string[], rows: readonly Row[], types: Readonly<Record<string, string>> = {}): readonly Column[] {
  const typed = new Map(vars.map((name) => [name, typeOf(name, rows, types[name])]));
  const labels = new Map<string, string>();
  for (const name of vars) {
    const label = `${name}Label`;
    if (typed.has(label) && (typed.get(name) === 'iri' || typed.get(name) === 'any')) labels.set(name, label);
  }
  const folded = new Set(labels.values());
  const columns = vars
    .filter((name) => !folded.has(name) && name !== MARKING)
    .map((name) => ({ name, type: typed.get(name) ?? 'any', labelOf: labels.get(name) ?? null }));
  return vars.includes(MARKING) ? [{ name: MARKING, type: 'marking', labelOf: null }, ...columns] : columns;
}

function typeOf(name: string, rows: readonly Row[], stated: string | undefined): ColumnType {
  if (name === MARKING) return 'marking';
  const said = stated?.replace(/\?$/, '') ?? '';
  if (TYPES.includes(said)) return said as ColumnType;
  return typeOfTerms(rows.slice(0, 200).flatMap((row) => row[name] ?? []));
}

function typeOfTerms(terms: readonly Term[]): ColumnType {
  if (terms.length === 0) return 'text';
  if (terms.every((term) => term.type === 'uri')) return 'iri';
  if (terms.every(isNumber)) return terms.every((term) => /#integer$/.test(datatype(term))) ? 'integer' : 'decimal';
  if (terms.every(isDate)) return 'date';
  if (terms.every((term) => /#boolean$/.test(datatype(term)))) return 'boolean';
  return terms.every((term) => term.type === 'literal') ? 'text' : 'any';
}

function datatype(term: Term): string {
  return term.type === 'literal' ? (term.datatype ?? '') : '';
}

export interface Width {
  /** The least width, in characters. */
  readonly least: number;
  /** Its share of the room that is left over. */
  readonly share: number;
}

/** Wide enough for most of what stands in a column, so that one long text doesn't starve the others. */
export function widthOf(column: Column, rows: readonly Row[], heading: string): Width {
  const lengths = rows.slice(0, 200).map((row) => text(shown(column, row)).length).sort((a, b) => a - b);
  const most = lengths[Math.floor(lengths.length * 0.9)] ?? 0;
  const least = Math.max(heading.length + 4, Math.min(most, 20), 6);
  if (column.type === 'integer' || column.type === 'decimal' || column.type === 'boolean') return { least, share: 0.4 };
  if (column.type === 'date') return { least: Math.max(least, 18), share: 0.4 };
  const isMarking = column.type === 'marking' || /markings?$/i.test(column.name); // a badge needs room around its words
  if (isMarking) return { least: Math.max(least, Math.min(most + 4, 26)), share: 0.4 };
  return { least, share: Math.min(Math.max(most, 8), 60) / 12 };
}

/** The term that is read in a column: the name of a thing if there is one, else the thing; a question's own word in the page's language. */
export function shown(column: Column, row: Row): Term | undefined {
  return readIn(column.name, (column.labelOf ? row[column.labelOf] : undefined) ?? row[column.name]);
}
