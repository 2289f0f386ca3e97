/** RDF terms as the SPARQL results format has them. Spec: https://www.w3.org/TR/sparql11-results-json/ */

import { session } from './session.js';

export interface IriTerm {
  readonly type: 'uri';
  readonly value: string;
}

export interface BlankTerm {
  readonly type: 'bnode';
  readonly value: string;
}

export interface LiteralTerm {
  readonly type: 'literal';
  readonly value: string;
  readonly datatype?: string;
  readonly 'xml:lang'?: string;
}

/** A triple term of SPARQL 1.2. */
export interface TripleTerm {
  readonly type: 'triple';
  readonly value: { readonly subject: Term; readonly predicate: Term; readonly object: Term };
}

export type Term = IriTerm | BlankTerm | LiteralTerm | TripleTerm;
export type Row = Readonly<Record<string, Term | undefined>>;

export const XSD = 'http://www.w3.org/2001/XMLSchema#';

/** The term as a person reads it: the value of a literal, the last part of an IRI. */
export function text(term: Term | undefined): string {
  if (!term) return '';
  if (term.type === 'triple') {
    const { subject, predicate, object } = term.value;
    return `<<( ${text(subject)} ${text(predicate)} ${text(object)} )>>`;
  }
  if (term.type === 'uri') return lastPart(term.value);
  return term.type === 'bnode' ? `_:${term.value}` : term.value;
}

/** The value itself: a whole IRI, a literal's text; empty for nothing. */
export function value(term: Term | undefined): string {
  if (!term) return '';
  return term.type === 'triple' ? text(term) : term.value;
}

export function lastPart(iri: string): string {
  return decodeURIComponentOrNot(/[^/#:]+(?=[/#]?$)/.exec(iri)?.[0] ?? iri);
}

function decodeURIComponentOrNot(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A day, month or year of the calendar, as it was stated. */
export interface PartialDate {
  readonly year: number;
  readonly month: number | null;
  readonly day: number | null;
}

/** Reads `2013`, `2013-04`, `2013-04-25` and a time stamp; null for anything else. */
export function partialDate(lexical: string): PartialDate | null {
  const found = /^(-?\d{4,})(?:-(\d{2})(?:-(\d{2})(?:T.*)?)?)?(?:Z|[+-]\d{2}:\d{2})?$/.exec(lexical);
  if (!found) return null;
  const [, year, month, day] = found;
  const date = { year: Number(year), month: month ? Number(month) : null, day: day ? Number(day) : null };
  const isReal = (date.month ?? 1) >= 1 && (date.month ?? 1) <= 12 && (date.day ?? 1) >= 1 && (date.day ?? 1) <= 31;
  return isReal ? date : null;
}

/** The time that a partial date covers: from its first moment to the first moment after it (UTC). */
export function span(date: PartialDate): { readonly from: Date; readonly until: Date } {
  const { year, month, day } = date;
  if (month === null) return { from: utc(year, 0, 1), until: utc(year + 1, 0, 1) };
  if (day === null) return { from: utc(year, month - 1, 1), until: utc(year, month, 1) };
  return { from: utc(year, month - 1, day), until: utc(year, month - 1, day + 1) };
}

function utc(year: number, month: number, day: number): Date {
  const date = new Date(Date.UTC(2000, month, day));
  date.setUTCFullYear(year + (date.getUTCFullYear() - 2000));
  return date;
}

/** A partial date in the page's language: `2013`, `April 2013`, `25 April 2013`. */
export function dateText(lexical: string): string {
  const date = partialDate(lexical);
  if (!date) return lexical;
  if (date.month === null) return String(date.year);
  const options: Intl.DateTimeFormatOptions = { timeZone: 'UTC', year: 'numeric', month: 'long' };
  if (date.day !== null) options.day = 'numeric';
  return span(date).from.toLocaleDateString(session.language === 'nl' ? 'nl-NL' : 'en-GB', options);
}

export function isDate(term: Term | undefined): boolean {
  return term?.type === 'literal' && /#(date|dateTime|gYear|gYearMonth)$/.test(term.datatype ?? '');
}

export function isNumber(term: Term | undefined): boolean {
  return term?.type === 'literal' && /#(integer|decimal|double|float|long|int|nonNegativeInteger|positiveInteger)$/.test(term.datatype ?? '');
}
