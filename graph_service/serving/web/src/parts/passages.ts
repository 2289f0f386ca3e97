/** What the questions about a place in a document say, put together as one reads it. Pure: no element, no request. */

import { value, type Row } from '../service/terms.js';

/** The text before the quoted words, the words, and the text after them. */
export type Cut = readonly [before: string, words: string, after: string];

/** Cut a text at positions that count code points (as Web Annotation does), not the units of a JavaScript string. */
export function cut(text: string, start: number, end: number): Cut {
  const points = Array.from(text);
  if (!(start >= 0 && end > start && end <= points.length)) return [text, '', ''];
  return [points.slice(0, start).join(''), points.slice(start, end).join(''), points.slice(end).join('')];
}

/** A block of text with its neighbours: one place where the quoted words stand. */
export interface Surrounding {
  readonly block: string;
  readonly document: string;
  readonly documentLabel: string;
  readonly section: string;
  readonly page: string;
  /** The words were looked for, and may stand in another document than the quotation names. */
  readonly byWords: boolean;
  readonly blocks: readonly Block[];
}

export interface Block {
  readonly iri: string;
  readonly kind: string;
  readonly number: string;
  readonly offset: number;
  readonly text: Cut;
}

/** The rows of `text-around`, one surrounding for each place. */
export function surroundings(rows: readonly Row[]): readonly Surrounding[] {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const key = `${value(row['around'])} ${value(row['start'])}`;
    found.set(key, [...(found.get(key) ?? []), row]);
  }
  return [...found.values()].flatMap((group) => {
    const own = group.find((row) => value(row['offset']) === '0');
    return own ? [surrounding(own, group)] : [];
  });
}

function surrounding(own: Row, group: readonly Row[]): Surrounding {
  const of = (name: string): string => value(own[name]);
  const blocks = new Map<string, Block>();
  for (const row of [...group].sort((a, b) => Number(value(a['offset'])) - Number(value(b['offset'])))) {
    const offset = Number(value(row['offset']));
    const text = value(row['text']);
    const quoted = offset === 0 && row['start'] !== undefined;
    blocks.set(value(row['block']), {
      iri: value(row['block']),
      kind: value(row['kind']),
      number: value(row['number']),
      offset,
      text: quoted ? cut(text, Number(value(row['start'])), Number(value(row['end']))) : [text, '', ''],
    });
  }
  return {
    block: of('block'),
    document: of('document'),
    documentLabel: of('documentLabel'),
    section: of('section'),
    page: of('page'),
    byWords: of('byWords') === 'true',
    blocks: [...blocks.values()],
  };
}

/** A place in a document at which a thing is stated. */
export interface Place {
  readonly iri: string;
  readonly label: string;
  readonly inferred: boolean;
  readonly document: string;
  readonly documentLabel: string;
  readonly section: string;
  readonly page: string;
  readonly footnotes: readonly { readonly iri: string; readonly number: string; readonly text: string }[];
  readonly quotations: readonly { readonly iri: string; readonly words: string }[];
  /** The portions that say that the thing stands here. */
  readonly portions: ReadonlySet<string>;
  readonly markings: readonly string[];
}

/** The rows of `places-of-thing`, one place each, in their order. */
export function places(rows: readonly Row[]): readonly Place[] {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const key = `${value(row['inferred'])} ${value(row['passage']) || value(row['document'])}`;
    found.set(key, [...(found.get(key) ?? []), row]);
  }
  return [...found.values()].map(place);
}

function place(group: readonly Row[]): Place {
  const of = (name: string): string => value(group.find((row) => row[name])?.[name]);
  const each = (key: string, ...names: readonly string[]): string[][] => {
    const rows = new Map<string, string[]>();
    for (const row of group) if (row[key]) rows.set(value(row[key]), names.map((name) => value(row[name])));
    return [...rows].map(([iri, values]) => [iri, ...values]);
  };
  return {
    iri: of('passage'),
    label: of('passageLabel'),
    inferred: of('inferred') === 'true',
    document: of('document'),
    documentLabel: of('documentLabel'),
    section: of('section'),
    page: of('page'),
    footnotes: each('footnote', 'footnoteNumber', 'footnoteText').map(([iri = '', number = '', text = '']) => ({ iri, number, text })),
    quotations: each('quotation', 'words').map(([iri = '', words = '']) => ({ iri, words })),
    portions: new Set(group.map((row) => value(row['portion']))),
    markings: [...new Set(group.map((row) => value(row['marking'])))].sort(),
  };
}

/** Portions that say the same of themselves, as one. */
export interface Saying {
  readonly marking: string;
  readonly source: string;
  readonly sourceLabel: string;
  readonly originator: string;
  readonly originatorLabel: string;
  readonly setOn: string;
  readonly ground: string;
  readonly until: string;
  readonly untilEvent: string;
  readonly portions: readonly string[];
}

/** The rows of `where-stated`: a table of a thousand rows is a thousand portions of one source, and one line here. */
export function sayings(rows: readonly Row[]): readonly Saying[] {
  const found = new Map<string, Saying & { portions: string[] }>();
  for (const row of rows) {
    const of = (name: string): string => value(row[name]);
    const names = ['marking', 'source', 'originator', 'setOn', 'ground', 'until', 'untilEvent'] as const;
    const key = JSON.stringify(names.map(of));
    const known = found.get(key);
    if (known) {
      if (!known.portions.includes(of('portion'))) known.portions.push(of('portion'));
      continue;
    }
    const told = Object.fromEntries(names.map((name) => [name, of(name)])) as Record<(typeof names)[number], string>;
    found.set(key, { ...told, sourceLabel: of('sourceLabel'), originatorLabel: of('originatorLabel'), portions: [of('portion')] });
  }
  return [...found.values()];
}
