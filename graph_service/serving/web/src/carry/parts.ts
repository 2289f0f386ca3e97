/** What can be carried away from a room: the parts of a briefing. */

import type { Answer, Asking } from '../service/api.js';
import { columnWord, readIn } from '../parts/column.js';
import { text, type Term } from '../service/terms.js';

/** One part of a briefing, as a room gives it. */
export interface CarryPart {
  readonly heading: string;
  /** The banner of the answer that it was made from. */
  readonly banner: string;
  readonly request: Asking;
  readonly text?: string;
  /** A picture with a `viewBox`; styles are attributes or computed, nothing outside it is needed. */
  readonly picture?: SVGSVGElement;
  readonly table?: CarryTable;
  /** What it rests on, as far as the answer says. */
  readonly sources?: readonly string[];
}

export interface CarryTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** An answer as a table of texts; `label` makes a text of a term. */
export function tableOf(answer: Answer, label: (term: Term | undefined) => string, vars = answer.vars): CarryTable {
  return { columns: vars.map((name) => columnWord(name)), rows: answer.rows.map((row) => vars.map((name) => label(readIn(name, row[name])))) };
}

/** The sources that an answer names, by the columns in which the catalogue's questions have them. */
export function sourcesOf(answer: Answer): readonly string[] {
  const columns = ['sourceLabel', 'source', 'citation', 'documentLabel', 'place'].filter((name) => answer.vars.includes(name));
  const [column] = columns;
  if (!column) return [];
  const found = answer.rows.flatMap((row) => text(row[column]).split('; '));
  return [...new Set(found)].filter(Boolean).sort((a, b) => a.localeCompare(b));
}

/** What a room offers for the briefing and for the page that prints. */
export interface Carries {
  carry(): readonly CarryPart[];
}

export function carries(element: Element | null): element is Element & Carries {
  return element !== null && 'carry' in element && typeof element.carry === 'function';
}
