/** What could be written where the cursor is: what is begun, and which part of a triple it would be. */

import { isWord, significant, tokens, type Token } from './tokens.js';

export type Place = 'subject' | 'predicate' | 'class' | 'object' | 'elsewhere';

export interface Position {
  /** What is begun: from here to the cursor. */
  readonly from: number;
  readonly text: string;
  readonly place: Place;
  /** The class of the triple's subject, as the query says it: an IRI or a prefixed name. */
  readonly subjectClass: string | null;
}

const BEGUN = /[?$][\p{L}\p{N}_]*$|<[^\s<>"{}|^`\\]*$|(?:\p{L}[\p{L}\p{N}_.\-]*)?:(?:[\p{L}\p{N}_:.\-%]|\\.)*$|[\p{L}\p{N}_]+$/u;
const BEFORE_PATTERN = ['WHERE', 'UNION', 'OPTIONAL', 'MINUS', 'EXISTS'];

export function positionAt(text: string, cursor: number): Position | null {
  const head = text.slice(0, cursor);
  if (isWithinText(text, cursor) || tokens(head).some(({ kind, text }) => kind === 'other' && /["']/.test(text))) return null;
  const begun = BEGUN.exec(head)?.[0] ?? '';
  const from = cursor - begun.length;
  const before = significant(text.slice(0, from));
  const { place, subject } = placeBehind(before);
  return { from, text: begun, place, subjectClass: subject ? classOf(subject, significant(text)) : null };
}

/** Whether the cursor is in a comment, or in a text. */
function isWithinText(text: string, cursor: number): boolean {
  const around = tokens(text).find(({ from, text }) => from < cursor && cursor <= from + text.length);
  return around !== undefined && (around.kind === 'comment' || around.kind === 'string');
}

/** Reads the triple that is open at the end of the tokens, from the last sign that begins one. */
function placeBehind(before: readonly Token[]): { place: Place; subject: string | null } {
  const elsewhere = { place: 'elsewhere' as const, subject: null };
  if (!insideBraces(before)) return elsewhere;
  let start = before.length;
  while (start > 0 && !startsPattern(before[start - 1]!)) start -= 1;
  if (before.slice(start).some((token) => isWord(token, 'FILTER', 'BIND', 'VALUES', 'GRAPH', 'SELECT', 'SERVICE'))) return elsewhere;
  const triple = before.slice(start);
  let terms: Token[] = [];
  const subject = triple[0]?.text ?? null;
  for (const token of triple) {
    if (token.text === ';') terms = terms.slice(0, 1);
    else if (token.text === ',') terms = terms.slice(0, 2);
    else if (isTerm(token) || isWord(token, 'A')) terms.push(token);
    else if (/^[/|^]$/.test(token.text) && terms.length === 2) terms.pop();
    else if (token.text === '(' || token.text === '[') return elsewhere;
  }
  if (terms.length === 0) return { place: 'subject', subject: null };
  if (terms.length === 1) return { place: 'predicate', subject };
  if (terms.length > 2) return elsewhere;
  const isType = isWord(terms[1], 'A') || terms[1]!.text === 'rdf:type';
  return { place: isType ? 'class' : 'object', subject };
}

function insideBraces(before: readonly Token[]): boolean {
  let depth = 0;
  for (const { kind, text } of before) if (kind === 'sign') depth += text === '{' ? 1 : text === '}' ? -1 : 0;
  return depth > 0;
}

function startsPattern(token: Token): boolean {
  return (token.kind === 'sign' && /^(?:[{}]|\.|\)|<<|\{\|)$/.test(token.text)) || isWord(token, ...BEFORE_PATTERN);
}

function isTerm({ kind }: Token): boolean {
  return kind === 'variable' || kind === 'iri' || kind === 'name' || kind === 'blank' || kind === 'string' || kind === 'number';
}

/** The class that the query gives a subject: what stands behind `subject a`, or behind `; a` of the same subject. */
function classOf(subject: string, all: readonly Token[]): string | null {
  let owner = '';
  let isNext = true;
  for (const [at, token] of all.entries()) {
    if (isNext) owner = token.text;
    isNext = startsPattern(token);
    const found = all[at + 1];
    const isType = isWord(token, 'A') || token.text === 'rdf:type';
    if (isType && owner === subject && (found?.kind === 'name' || found?.kind === 'iri')) return found.text;
  }
  return null;
}

/** Every variable of the query, the most used first; not the one that is being written. */
export function variables(text: string, from: number): string[] {
  const counts = new Map<string, number>();
  for (const token of significant(text)) {
    if (token.kind === 'variable' && token.from !== from) counts.set(token.text, (counts.get(token.text) ?? 0) + 1);
  }
  return [...counts].sort(([a, n], [b, m]) => m - n || a.localeCompare(b)).map(([name]) => name);
}
