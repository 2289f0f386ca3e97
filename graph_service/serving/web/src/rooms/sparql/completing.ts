/** What is offered at the cursor: variables and keywords from the text, names from what the asker can see. */

import type { Completion, CompletionContext, CompletionResult, CompletionSource } from '@codemirror/autocomplete';
import type { JsonAnswer } from '../../service/api.js';
import { number } from '../../words.js';
import { suggest, type Suggestion, type SuggestionKind } from './help.js';
import { positionAt, variables, type Place, type Position } from './position.js';
import { say } from './words.js';

/** Asks for suggestions in the name of a component, which shows their banner as long as they are on screen. */
export type AskSuggestions = (request: (signal: AbortSignal) => Promise<Suggested>) => Promise<Suggested | null>;
export type Suggested = JsonAnswer<readonly Completion[]>;

const CLAUSES = ['SELECT', 'DISTINCT', 'WHERE', 'CONSTRUCT', 'DESCRIBE', 'ASK', 'PREFIX', 'FROM', 'NAMED', 'GROUP BY', 'HAVING', 'ORDER BY', 'ASC', 'DESC', 'LIMIT', 'OFFSET', 'VALUES', 'AS'];
const PATTERNS = ['OPTIONAL', 'UNION', 'MINUS', 'FILTER', 'BIND', 'GRAPH', 'EXISTS', 'NOT EXISTS', 'IN', 'UNDEF', 'a'];
const FUNCTIONS = (
  'COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT STR LANG LANGMATCHES DATATYPE BOUND IRI COALESCE IF REGEX CONTAINS STRSTARTS ' +
  'STRENDS STRLEN SUBSTR REPLACE LCASE UCASE CONCAT STRBEFORE STRAFTER YEAR MONTH DAY NOW ABS ROUND CEIL FLOOR ISIRI ISBLANK ' +
  'ISLITERAL ISNUMERIC SAMETERM STRDT STRLANG'
).split(' ');
const LEAST_OF_A_NAME = 2;

export function completionSource(ask: AskSuggestions): CompletionSource {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const text = context.state.doc.toString();
    const position = positionAt(text, context.pos);
    if (!position || (position.text === '' && !context.explicit)) return null;
    const own = [...ofText(text, position)];
    const found = position.text.startsWith('?') || position.text.startsWith('$') ? null : await ask((signal) => ofView(position, signal));
    if (context.aborted) return null;
    const options = ranked([...(found?.data ?? []), ...own], position.place);
    return options.length ? { from: position.from, options, filter: false } : null;
  };
}

/** Variables and keywords that begin with what is begun. */
function* ofText(text: string, position: Position): Generator<Completion> {
  const begun = position.text.toLowerCase();
  const fits = (word: string): boolean => word.toLowerCase().startsWith(begun) && word.toLowerCase() !== begun;
  const asVariable = begun && !/^[?$<:]/.test(begun) ? [`?${begun}`, begun] : [begun];
  for (const name of variables(text, position.from)) {
    if (asVariable.some((start) => name.toLowerCase().startsWith(start))) yield { label: name, type: 'variable', section: section('variables') };
  }
  if (/[?$<:]/.test(begun)) return;
  const words = position.place === 'elsewhere' ? [...CLAUSES, ...PATTERNS, ...FUNCTIONS] : PATTERNS;
  for (const word of words.filter(fits)) {
    const isFunction = FUNCTIONS.includes(word);
    yield { label: word, apply: isFunction ? `${word}(` : `${word} `, type: isFunction ? 'function' : 'keyword', section: section('keywords') };
  }
}

/** What the asker's view has: what fits the place first. */
async function ofView(position: Position, signal: AbortSignal): Promise<Suggested> {
  const begun = position.text.replace(/^</, '');
  const kinds: SuggestionKind[] = position.place === 'predicate' ? ['property'] : position.place === 'class' ? ['class'] : [];
  if (kinds.length === 0 && begun.length >= LEAST_OF_A_NAME) kinds.push('individual', ...(position.place === 'elsewhere' ? (['class', 'property'] as const) : []));
  if (begun && !begun.includes(':') && !position.text.startsWith('<')) kinds.push('prefix');
  const ofClass = position.place === 'predicate' ? (position.subjectClass ?? '') : '';
  const asked = kinds.map((kind) => suggest(kind, begun, signal));
  const first = ofClass ? [suggest('property', begun, signal, ofClass)] : [];
  const answers = await Promise.all([...first, ...asked]);
  const sections = [...(ofClass ? [say('ofClass', { name: ofClass })] : []), ...kinds.map((kind) => say(kind))];
  const seen = new Set<string>();
  const options = answers.flatMap((answer, at) =>
    answer.data.suggestions
      .filter(({ term }) => !seen.has(term) && seen.add(term))
      .map((one) => completion(one, kinds[at - first.length] ?? 'property', { name: sections[at]!, rank: at })),
  );
  return { ...(answers[0] ?? nothing), data: options };
}

const nothing = { banner: '', queryId: '', milliseconds: 0, request: { path: 'api/complete', params: {} } };

function completion(one: Suggestion, kind: SuggestionKind, section: { name: string; rank: number }): Completion {
  const uses = one.uses === undefined ? '' : number(one.uses);
  const detail = [one.label && one.label !== one.term ? one.term : '', one.type ?? '', uses].filter(Boolean).join(' · ');
  const isPrefix = kind === 'prefix';
  return {
    label: one.term,
    displayLabel: isPrefix ? one.term : one.label || one.term,
    detail: isPrefix ? one.iri : detail,
    apply: isPrefix ? one.term : `${one.term} `,
    type: kind,
    section,
  };
}

function section(key: 'variables' | 'keywords'): { name: string; rank: number } {
  return { name: say(key), rank: key === 'variables' ? 20 : 30 };
}

/** In the order in which they came: the service ranks by use. */
function ranked(options: readonly Completion[], _place: Place): Completion[] {
  return options.map((option, at) => ({ ...option, boost: -at / 10 }));
}
