/** Sets a query out in lines: a pattern a line, blocks indented, comments where they were. No token is changed. */

import { isWord, tokens, type Token } from './tokens.js';

const STEP = '  ';
const LONGEST_BLOCK = 60; // characters; what is longer is set out over lines
const CLAUSES = ['PREFIX', 'BASE', 'VERSION', 'SELECT', 'CONSTRUCT', 'ASK', 'DESCRIBE', 'FROM', 'GROUP', 'HAVING', 'ORDER', 'LIMIT', 'OFFSET', 'VALUES'];
const PATTERNS = ['OPTIONAL', 'FILTER', 'BIND', 'MINUS', 'GRAPH', 'VALUES', 'SELECT', 'SERVICE'];
const MODIFIERS = ['GROUP', 'HAVING', 'ORDER', 'LIMIT', 'OFFSET'];
const SPACED_BRACKET = ['SELECT', 'DISTINCT', 'REDUCED', 'BY', 'VALUES', 'AS', 'IN', 'HAVING', 'WHERE', 'FROM'];

export function format(text: string): string {
  return new Setting(tokens(text)).done();
}

interface Bracket {
  readonly text: string;
  /** A brace whose content stands on lines of its own. */
  readonly isBlock: boolean;
  /** Within a block: behind a `;`, where the next line belongs to the same subject. */
  goesOn: boolean;
}

class Setting {
  private readonly lines: string[] = [];
  private line = '';
  private readonly open: Bracket[] = [];
  private readonly meaning: readonly Token[];

  constructor(private readonly all: readonly Token[]) {
    this.meaning = all.filter(({ kind }) => kind !== 'space');
  }

  done(): string {
    this.meaning.forEach((token, at) => this.set(token, at));
    this.end();
    return `${this.lines.join('\n').trim()}\n`;
  }

  private set(token: Token, at: number): void {
    const before = this.meaning[at - 1];
    const empty = this.linesBefore(token);
    if (token.kind === 'comment') return this.comment(token.text, empty);
    if (token.text === '}' || token.text === ')' || token.text === ']') return this.close(token, before);
    if (this.begins(token, before)) this.end();
    if (empty > 1 && this.line === '') this.gap();
    this.add(token.text, between(before, token));
    if ('{(['.includes(token.text) && token.kind === 'sign') this.opened(token, at);
    else if (this.block && token.kind === 'sign' && (token.text === '.' || token.text === ';')) {
      this.end();
      this.block.goesOn = token.text === ';';
    }
  }

  private opened(token: Token, at: number): void {
    const isBlock = token.text === '{' && !this.isShort(at);
    this.open.push({ text: token.text, isBlock, goesOn: false });
    if (isBlock) this.end();
  }

  private close(token: Token, before: Token | undefined): void {
    const bracket = this.open.pop();
    if (bracket?.isBlock) this.end();
    this.add(token.text, token.text === '}' ? ' ' : between(before, token));
  }

  /** The innermost bracket, if it is a block. */
  private get block(): Bracket | null {
    const innermost = this.open.at(-1);
    return innermost?.isBlock ? innermost : null;
  }

  /** Whether a line begins with the token. */
  private begins(token: Token, before: Token | undefined): boolean {
    if (this.open.length === 0) return isWord(token, ...CLAUSES) && !isWord(before, 'FROM');
    if (!this.block) return false;
    if (before?.text === '}') {
      if (isWord(token, 'UNION') || token.text === '.') return false;
      this.block.goesOn = false;
      return true;
    }
    if (isWord(token, ...PATTERNS)) {
      this.block.goesOn = false;
      return true;
    }
    return isWord(token, ...MODIFIERS);
  }

  /** Whether a brace holds so little that it stays on its line: values, or one pattern, and not the whole query. */
  private isShort(at: number): boolean {
    let length = 0;
    for (const [next, token] of this.meaning.slice(at + 1).entries()) {
      if (token.text === '}') return length === 0 || this.open.length > 0 || isWord(this.meaning[at - 1], 'CONSTRUCT');
      if (token.text === '{' || token.text === ';' || token.kind === 'comment' || isWord(token, ...PATTERNS)) return false;
      if (token.text === '.' && this.meaning[at + next + 2]?.text !== '}') return false;
      length += token.text.length + 1;
      if (length > LONGEST_BLOCK) return false;
    }
    return false;
  }

  private add(text: string, glue: string): void {
    this.line = this.line === '' ? this.indentation() + text : this.line + glue + text;
  }

  private comment(text: string, empty: number): void {
    if (empty > 0) this.end();
    if (empty > 1) this.gap();
    this.add(text, '  ');
    this.end();
  }

  private indentation(): string {
    return this.open.reduce((indent, { isBlock, goesOn }) => indent + (isBlock ? STEP : '') + (goesOn ? STEP : ''), '');
  }

  private end(): void {
    if (this.line !== '') this.lines.push(this.line);
    this.line = '';
  }

  private gap(): void {
    if (this.lines.length > 0 && this.lines.at(-1) !== '') this.lines.push('');
  }

  /** How many line breaks stand in front of a token. */
  private linesBefore(token: Token): number {
    const before = this.all[this.all.indexOf(token) - 1];
    return before?.kind === 'space' ? (before.text.match(/\r\n|\n|\r/g)?.length ?? 0) : 0;
  }
}

/** What stands between two tokens of a line. */
function between(before: Token | undefined, token: Token): string {
  if (!before || '([!^'.includes(before.text) || before.text === '^^') return '';
  if (')],;'.includes(token.text) || token.text === '^^' || token.kind === 'language') return token.text === ';' ? ' ' : '';
  const touched = token.from === before.from + before.text.length;
  if (touched && (/^[/|*+?^]$/.test(token.text) || /^[/|]$/.test(before.text))) return ''; // a path, as it was written
  if (token.text === '(') return before.kind === 'word' && !isWord(before, ...SPACED_BRACKET) ? '' : touched && before.kind === 'name' ? '' : ' ';
  return ' ';
}
