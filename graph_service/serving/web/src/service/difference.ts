/** Two answers to one question as bags of rows: which rows only the first has, and which only the second. Pure. */

import type { Row, Term } from './terms.js';

export interface Rows {
  readonly vars: readonly string[];
  readonly rows: readonly Row[];
}

/** A thing that rows name, with its name where they have one. */
export interface Named {
  readonly iri: string;
  readonly label: string;
}

export interface Difference {
  /** Rows of the first alone, in its order; a row that the first has twice and the second once is here once. */
  readonly lost: readonly Row[];
  /** Rows of the second alone, in its order: a number that is smaller there, something that is no longer denied. */
  readonly gained: readonly Row[];
  readonly kept: number;
  /** Things that the first names and the second nowhere does. */
  readonly things: readonly Named[];
}

/** The variable in which the service puts a row's marking: it is no part of the row. */
export const MARKING = '_marking';

export function difference(first: Rows, second: Rows): Difference {
  const lost = without(first.rows, second.rows);
  const gained = without(second.rows, first.rows);
  return { lost, gained, kept: first.rows.length - lost.length, things: thingsOf(lost, first.vars, second.rows) };
}

/** The rows of the first bag that are left when those of the second are taken out, once each. */
function without(rows: readonly Row[], taken: readonly Row[]): readonly Row[] {
  const left = new Map<string, number>();
  for (const row of taken) left.set(keyOf(row), (left.get(keyOf(row)) ?? 0) + 1);
  return rows.filter((row) => {
    const count = left.get(keyOf(row)) ?? 0;
    if (count > 0) left.set(keyOf(row), count - 1);
    return count === 0;
  });
}

function thingsOf(lost: readonly Row[], vars: readonly string[], others: readonly Row[]): readonly Named[] {
  const known = new Set(others.flatMap((row) => Object.values(row).flatMap((term) => (term?.type === 'uri' ? term.value : []))));
  const found = new Map<string, string>();
  for (const row of lost) {
    for (const name of vars) {
      const term = row[name];
      if (term?.type !== 'uri' || known.has(term.value) || found.get(term.value)) continue;
      const label = row[`${name}Label`];
      found.set(term.value, label?.type === 'literal' ? label.value : '');
    }
  }
  return [...found].map(([iri, label]) => ({ iri, label }));
}

/** A row as one text. A blank node's name says nothing: each answer gives it another. */
function keyOf(row: Row): string {
  const names = Object.keys(row).filter((name) => name !== MARKING && row[name] !== undefined);
  return JSON.stringify(names.sort().map((name) => [name, termKey(row[name]!)]));
}

function termKey(term: Term): unknown {
  if (term.type === 'bnode') return ['bnode'];
  if (term.type === 'triple') return ['triple', ...Object.values(term.value).map(termKey)];
  return term.type === 'uri' ? [term.value] : [term.value, term.datatype ?? '', (term['xml:lang'] ?? '').toLowerCase()];
}
