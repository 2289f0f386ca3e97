/** What can be carried away from a room: the parts of a briefing. */

import type { Answer, Asking } from '../service/api.js';
import type { Term } from '../service/terms.js';

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
}

export interface CarryTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** An answer as a table of texts; `label` makes a text of a term. */
export function tableOf(answer: Answer, label: (term: Term | undefined) => string, vars = answer.vars): CarryTable {
  return { columns: [...vars], rows: answer.rows.map((row) => vars.map((name) => label(row[name]))) };
}

/** What a room offers for the briefing and for the page that prints. */
export interface Carries {
  carry(): readonly CarryPart[];
}

export function carries(element: Element | null): element is Element & Carries {
  return element !== null && 'carry' in element && typeof element.carry === 'function';
}
