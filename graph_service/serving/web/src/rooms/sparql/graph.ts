/** The triples of a CONSTRUCT or DESCRIBE answer. Spec: https://www.w3.org/TR/n-triples/ */

import type { Answer, TextAnswer } from '../../service/api.js';
import type { Row, Term } from '../../service/terms.js';

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', b: '\b', n: '\n', r: '\r', f: '\f' };

/** The answer in N-Triples as rows of subject, predicate and object, so that it can be shown as rows are. */
export function rowsOf(answer: TextAnswer): Answer {
  return { ...answer, vars: ['subject', 'predicate', 'object'], rows: triples(answer.text), boolean: null };
}

export function triples(text: string): Row[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => new Reader(line).triple());
}

class Reader {
  private at = 0;

  constructor(private readonly line: string) {}

  triple(): Row & { readonly subject: Term; readonly predicate: Term; readonly object: Term } {
    return { subject: this.term(), predicate: this.term(), object: this.term() };
  }

  private term(): Term {
    this.take(/\s*/y);
    if (this.take(/<<\(/y) !== null) {
      const value = this.triple();
      this.take(/\s*\)>>/y);
      return { type: 'triple', value };
    }
    const iri = this.take(/<([^>]*)>/y);
    if (iri !== null) return { type: 'uri', value: unescaped(iri[1]!) };
    const blank = this.take(/_:([^\s]+)/y);
    if (blank !== null) return { type: 'bnode', value: blank[1]! };
    const literal = this.take(/"((?:[^"\\]|\\.)*)"(?:\^\^<([^>]*)>|@([A-Za-z0-9-]+))?/y);
    if (literal === null) throw new Error('this is no N-Triples');
    const [, value, datatype, language] = literal;
    const term = { type: 'literal' as const, value: unescaped(value!) };
    if (language) return { ...term, 'xml:lang': language };
    return datatype ? { ...term, datatype: unescaped(datatype) } : term;
  }

  private take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.line);
    if (found) this.at = pattern.lastIndex;
    return found;
  }
}

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (_whole, four?: string, eight?: string, other?: string) =>
    other !== undefined ? (ESCAPES[other] ?? other) : String.fromCodePoint(parseInt((four ?? eight)!, 16)),
  );
}
