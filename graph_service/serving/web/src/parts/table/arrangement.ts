/** Which columns and rows of an answer a table shows, how wide and in which order. Pure; no browser is needed. */

import type { Answer } from '../../service/api.js';
import type { Row } from '../../service/terms.js';
import { columnWord } from '../column.js';
import { MARKING, columnsOf, widthOf, type Column } from './columns.js';
import { filtered, identity, sorted, sortsOf } from './rows.js';

/** What of a table stands in an address: sorting, a search, columns that are left out. */
export type TableState = Readonly<Record<'sort' | 'find' | 'hide', string>>;

export interface Wanted {
  readonly types: Readonly<Record<string, string>>;
  readonly headings: Readonly<Record<string, string>>;
  readonly state: Partial<TableState>;
  /** What is asked of single columns. */
  readonly each: Readonly<Record<string, string>>;
  /** Whether each row has its marking in front, and the answer that holds them, when it is there. */
  readonly marks: boolean;
  readonly marked: Answer | null;
  readonly language: string;
  readonly markingHeading: string;
}

export interface Arrangement {
  readonly all: readonly Column[];
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** The place of each row in the answer, which stays when it is sorted. */
  readonly places: ReadonlyMap<Row, number>;
  /** `grid-template-columns`, and the least width of all in characters. */
  readonly grid: string;
  readonly least: number;
}

export const NOTHING: Arrangement = { all: [], columns: [], rows: [], places: new Map(), grid: '', least: 0 };

/** 1. the columns, 2. the rows with their markings, 3. widths, 4. the rows that fit, in their order. */
export function arranged(answer: Answer, wanted: Wanted): Arrangement {
  const vars = wanted.marks && !answer.vars.includes(MARKING) ? [...answer.vars, MARKING] : answer.vars;
  const all = columnsOf(vars, answer.rows, wanted.types);
  const hidden = new Set((wanted.state.hide ?? '').split(','));
  const columns = all.filter(({ name }) => !hidden.has(name));
  const rows = wanted.marks && wanted.marked ? withMarkings(answer, wanted.marked) : answer.rows;
  const widths = columns.map((column) => widthOf(column, rows, headingOf(column, wanted)));
  const found = filtered(rows, columns, wanted.state.find ?? '', wanted.each);
  return {
    all,
    columns,
    rows: sorted(found, columns, sortsOf(wanted.state.sort ?? ''), wanted.language),
    places: new Map(rows.map((row, index) => [row, index])),
    grid: widths.map(({ least, share }) => `minmax(${least}ch, ${share}fr)`).join(' '),
    least: widths.reduce((sum, { least }) => sum + least + 2, 0),
  };
}

/** A row is found again by what stands in it: an answer without ORDER BY may come in another order. */
function withMarkings(answer: Answer, marked: Answer): readonly Row[] {
  const markings = new Map(marked.rows.map((row) => [identity(row, answer.vars), row[MARKING]]));
  return answer.rows.map((row) => {
    const marking = markings.get(identity(row, answer.vars));
    return marking ? { ...row, [MARKING]: marking } : row;
  });
}

/** What stands above a column: what the room calls it, else its word in the catalogue. */
export function headingOf(column: Column, { headings = {}, markingHeading = '' }: Partial<Pick<Wanted, 'headings' | 'markingHeading'>> = {}): string {
  if (column.name === MARKING) return markingHeading;
  const said = headings[column.name] ?? columnWord(column.name, column.type);
  return said.charAt(0).toUpperCase() + said.slice(1);
}
