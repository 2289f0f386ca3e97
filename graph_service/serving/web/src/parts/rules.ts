/**
 * Rules of the closure, read to explain a conclusion: which premises in the reader's view give it.
 *
 * A rule is `CONSTRUCT { … } WHERE { … }` over plain triple patterns (docs/ontology.md), which the service checked when
 * it was loaded. What is not understood here explains nothing; it can't explain wrongly, because the premises are asked
 * of the service as they stand.
 */

import type { LiteralTerm, Row, Term } from '../service/terms.js';

/** A term of a pattern as SPARQL writes it, whole: `?x`, `<…>`, `"…"@en`. */
export type Pattern = readonly [subject: string, property: string, object: string];

export interface Rule {
  readonly iri: string;
  readonly text: string;
  readonly conclusions: readonly Pattern[];
  readonly premises: readonly Pattern[];
}

const RDF_TYPE = '<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>';
const TOKEN = /\s+|#[^\n]*|(<[^<>\s]*>|"(?:[^"\\\n]|\\.)*"(?:@[\w-]+|\^\^<[^<>\s]*>)?|[?$]\w+|[\w-]*:[\w.-]*[\w-]|[\w-]*:|\w+|[{}.;,])/y;

/** The rule, or null for what is no rule of this form. */
export function parseRule(iri: string, text: string): Rule | null {
  const tokens = lexed(text);
  if (!tokens) return null;
  const prefixes = new Map<string, string>();
  let at = 0;
  while (tokens[at]?.toUpperCase() === 'PREFIX') {
    prefixes.set(tokens[at + 1] ?? '', (tokens[at + 2] ?? '').slice(1, -1));
    at += 3;
  }
  const head = block(tokens, at, 'CONSTRUCT', prefixes);
  const body = head && block(tokens, head.end, 'WHERE', prefixes);
  if (!head || !body || body.end !== tokens.length) return null;
  return { iri, text, conclusions: head.patterns, premises: body.patterns };
}

function lexed(text: string): string[] | null {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const found = TOKEN.exec(text);
    if (!found) return null;
    if (found[1] !== undefined) tokens.push(found[1]);
  }
  return tokens;
}

/** The patterns between the braces behind a word, and where they end. */
function block(tokens: readonly string[], from: number, word: string, prefixes: ReadonlyMap<string, string>): { patterns: Pattern[]; end: number } | null {
  const opening = from + (tokens[from]?.toUpperCase() === word ? 1 : 0);
  const closing = tokens.indexOf('}', opening);
  if (tokens[opening] !== '{' || closing < 0 || (word === 'CONSTRUCT' && opening === from)) return null;
  const patterns: Pattern[] = [];
  let terms: string[] = [];
  for (const token of [...tokens.slice(opening + 1, closing), '.']) {
    if (!['.', ';', ','].includes(token)) {
      const term = whole(token, terms.length === 1, prefixes);
      if (term === null) return null;
      terms.push(term);
    } else if (terms.length === 3) {
      patterns.push(terms as unknown as Pattern);
      terms = token === '.' ? [] : token === ';' ? terms.slice(0, 1) : terms.slice(0, 2);
    } else if (terms.length > 1 || token !== '.') {
      return null;
    } else {
      terms = [];
    }
  }
  return { patterns, end: closing + 1 };
}

function whole(token: string, isProperty: boolean, prefixes: ReadonlyMap<string, string>): string | null {
  if (/^[<"?$]/.test(token)) return token.replace(/^\$/, '?');
  if (token === 'a') return isProperty ? RDF_TYPE : null;
  const [, prefix, local] = /^([\w-]*:)(.*)$/.exec(token) ?? [];
  const namespace = prefix === undefined ? undefined : prefixes.get(prefix);
  return namespace === undefined ? null : `<${namespace}${local ?? ''}>`;
}

/** A term as a pattern has it; null for one that a query can't name. */
export function patternTerm(term: Term): string | null {
  if (term.type === 'uri') return iriText(term.value);
  return term.type === 'literal' ? literalText(term) : null;
}

/** An IRI as SPARQL writes it; null for a text that is none. */
export function iriText(iri: string): string | null {
  return /^[^\s<>"{}|^`\\]+$/.test(iri) ? `<${iri}>` : null;
}

function literalText(term: LiteralTerm): string {
  const language = term['xml:lang'];
  const quoted = JSON.stringify(term.value).replace(/[\u007f-\u009f\u2028\u2029]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return language ? `${quoted}@${language}` : term.datatype ? `${quoted}^^<${term.datatype}>` : quoted;
}

/** Premises that give a statement by a rule: those of the rule with what the statement says put in. */
export interface Way {
  readonly rule: Rule;
  readonly premises: readonly Pattern[];
}

/** Every way in which a rule could conclude the statement. Whether its premises hold is for the service to say. */
export function ways(statement: Pattern, rules: readonly Rule[]): readonly Way[] {
  return rules.flatMap((rule) =>
    rule.conclusions.flatMap((conclusion) => {
      const bound = matched(conclusion, statement);
      if (!bound) return [];
      const premises = rule.premises.map((premise) => premise.map((term) => bound.get(term) ?? term) as unknown as Pattern);
      return premises.some((premise) => same(premise, statement)) ? [] : [{ rule, premises }];
    }),
  );
}

function same(one: Pattern, other: Pattern): boolean {
  return one.every((term, index) => term === other[index]);
}

function matched(conclusion: Pattern, statement: Pattern): ReadonlyMap<string, string> | null {
  const bound = new Map<string, string>();
  for (const [index, term] of conclusion.entries()) {
    const given = statement[index]!;
    if (!term.startsWith('?')) {
      if (term !== given) return null;
    } else if ((bound.get(term) ?? given) !== given) {
      return null;
    } else {
      bound.set(term, given);
    }
  }
  return bound;
}

const EACH = 3; // instances of one way that are looked for

/** The query that asks which of the ways hold: a row for each, with `way`, its number, and the variables of its premises. */
export function whyQuery(all: readonly Way[]): string {
  const arms = all.map(({ premises }, number) => {
    const patterns = premises.map((premise) => premise.join(' ')).join(' . ');
    const stated = premises.map((premise, index) => `EXISTS { GRAPH ?g${index} { ${premise.join(' ')} } FILTER(?g${index} != <https://w3id.org/sluis/id/derived>) }`);
    return `{ SELECT (${number} AS ?way) (${stated.join(' && ')} AS ?stated) ${[...variables(premises)].join(' ')} WHERE { ${patterns} } LIMIT ${EACH} }`;
  });
  return `SELECT * WHERE { ${arms.join('\n UNION ')} }`;
}

function variables(patterns: readonly Pattern[]): ReadonlySet<string> {
  return new Set(patterns.flat().filter((term) => term.startsWith('?')));
}

/** A way that holds: each premise a statement of the view. */
export interface Reason {
  readonly rule: Rule;
  readonly premises: readonly (readonly [Term, Term, Term])[];
}

/** The reasons that the rows give, those of stated premises first; none rests on what is explained `above` it. */
export function reasons(rows: readonly Row[], all: readonly Way[], isAbove: (premise: readonly [Term, Term, Term]) => boolean): readonly Reason[] {
  const found = rows.flatMap((row) => {
    const way = all[Number(row['way']?.type === 'literal' ? row['way'].value : NaN)];
    if (!way) return [];
    const premises = way.premises.map((premise) => premise.map((text) => (text.startsWith('?') ? row[text.slice(1)] : termOf(text))));
    if (premises.some((premise) => premise.some((term) => term === undefined))) return [];
    const known = premises as unknown as (readonly [Term, Term, Term])[];
    if (known.some(isAbove)) return [];
    const stated = row['stated']?.type === 'literal' && row['stated'].value === 'true';
    return [{ rule: way.rule, premises: known, stated }];
  });
  return found.sort((a, b) => Number(b.stated) - Number(a.stated) || a.premises.length - b.premises.length);
}

function termOf(text: string): Term {
  if (text.startsWith('<')) return { type: 'uri', value: text.slice(1, -1) };
  const [, lexical = '', language, datatype] = /^"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<([^>]*)>)?$/s.exec(text) ?? [];
  const value = JSON.parse(`"${lexical}"`) as string;
  return { type: 'literal', value, ...(language ? { 'xml:lang': language } : {}), ...(datatype ? { datatype } : {}) };
}
