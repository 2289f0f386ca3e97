/** The terminals of a SPARQL query, comments and space included: every character of the text is in one of them. */

export type Kind = 'space' | 'comment' | 'iri' | 'blank' | 'name' | 'string' | 'variable' | 'language' | 'number' | 'word' | 'sign' | 'other';

export interface Token {
  readonly kind: Kind;
  readonly text: string;
  readonly from: number;
}

// Spec: https://www.w3.org/TR/sparql12-query/#sparqlGrammar. What is half written is `other`, one character at a time.
const TERMINALS: readonly (readonly [Kind, string])[] = [
  ['space', String.raw`[ \t\r\n]+`],
  ['comment', String.raw`#[^\r\n]*`],
  ['iri', String.raw`<[^\x00-\x20<>"{}|^\x60\\]*>`],
  ['blank', String.raw`_:[\p{L}\p{N}_][\p{L}\p{N}_.\-]*`],
  ['name', String.raw`(?:\p{L}[\p{L}\p{N}_.\-]*)?:(?:[\p{L}\p{N}_:\-%]|\\[_~.\-!$&'()*+,;=/?#@%]|\.(?=[\p{L}\p{N}_:\-%\\.]))*`],
  ['string', String.raw`"""(?:"{0,2}(?:[^"\\]|\\.))*"""|'''(?:'{0,2}(?:[^'\\]|\\.))*'''|"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*'`],
  ['variable', String.raw`[?$][\p{L}\p{N}_]+`],
  ['language', String.raw`@[A-Za-z]+(?:-[A-Za-z0-9]+)*`],
  ['number', String.raw`[+\-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+\-]?\d+)?(?<!\.)`],
  ['word', String.raw`[A-Za-z][A-Za-z0-9_]*`],
  ['sign', String.raw`<<\(|\)>>|<<|>>|\{\||\|\}|&&|\|\||!=|<=|>=|\^\^|[{}()\[\];,.=<>!+\-*/|^?~]`],
  ['other', String.raw`[^]`],
];
const TERMINAL = new RegExp(TERMINALS.map(([kind, pattern]) => `(?<${kind}>${pattern})`).join('|'), 'gu');

export function tokens(text: string): Token[] {
  return [...text.matchAll(TERMINAL)].map((found) => {
    const [kind] = Object.entries(found.groups ?? {}).find(([, value]) => value !== undefined) ?? ['other'];
    return { kind: kind as Kind, text: found[0], from: found.index };
  });
}

/** The tokens that mean something. */
export function significant(text: string): Token[] {
  return tokens(text).filter(({ kind }) => kind !== 'space' && kind !== 'comment');
}

export function isWord(token: Token | undefined, ...words: readonly string[]): boolean {
  return token?.kind === 'word' && words.includes(token.text.toUpperCase());
}

export type Form = 'SELECT' | 'ASK' | 'CONSTRUCT' | 'DESCRIBE';

/** What kind of answer the query asks for; null for none. */
export function formOf(text: string): Form | null {
  const found = significant(text).find((token) => isWord(token, 'SELECT', 'ASK', 'CONSTRUCT', 'DESCRIBE'));
  return found ? (found.text.toUpperCase() as Form) : null;
}
