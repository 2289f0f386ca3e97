/** How the columns of an answer, and the words that questions say themselves, are read in the page's language. Pure. */

import { session } from '../service/session.js';
import type { Term } from '../service/terms.js';
import { COLUMNS } from './column-words.js';
import { VALUES } from './value-words.js';

type Both = readonly [en: string, nl: string];

// Names come from answers: a map, so that a column called `constructor` is a column like any other.
const COLUMN_WORDS: ReadonlyMap<string, Both> = new Map<string, Both>(Object.entries(COLUMNS));
const VALUE_WORDS: ReadonlyMap<string, Both> = new Map<string, Both>(Object.entries(VALUES));

/** The columns that hold words of a closed list. In any other one the same word is somebody's own text, and stays. */
export const CLOSED: ReadonlySet<string> = new Set([
  'answer', 'aspect', 'basis', 'by', 'extent', 'kind', 'list', 'moment', 'money', 'part',
  'relation', 'role', 'roles', 'stance', 'status', 'verdict', 'what',
]); // prettier-ignore

/** What a column is called: the word of the catalogue, else the variable's name as words. */
export function columnWord(name: string, type = ''): string {
  const base = name.replace(/Label$/, '');
  const both = COLUMN_WORDS.get(`${name}:${type}`) ?? COLUMN_WORDS.get(name) ?? COLUMN_WORDS.get(base);
  return both ? chosen(both) : wordsOf(name);
}

/** `shipName` → `ship name`: the name of a variable as words. */
export function wordsOf(name: string): string {
  const apart = name.replace(/_/g, ' ').replace(/([a-z\d])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);
  return apart.trim() || name;
}

/** A word of a closed list, wherever the page knows that it is one; anything else as it stands. */
export function valueWord(said: string): string {
  const both = VALUE_WORDS.get(said);
  return both ? chosen(both) : said;
}

/** Whether it is a word of a closed list. */
export function isValueWord(said: string): boolean {
  return VALUE_WORDS.has(said);
}

/** What stands in a column as it is read: words of a closed list, one or several, in the page's language. */
export function cellWord(column: string, said: string): string {
  return CLOSED.has(column) ? said.split('; ').map(valueWord).join('; ') : said;
}

/** The same of a term. What says its language or has a type is no word of a question. */
export function readIn(column: string, term: Term | undefined): Term | undefined {
  if (term?.type !== 'literal' || term['xml:lang'] || term.datatype || !CLOSED.has(column)) return term;
  const said = cellWord(column, term.value);
  return said === term.value ? term : { ...term, value: said };
}

function chosen([en, nl]: Both): string {
  return session.language === 'nl' ? nl : en;
}
