/** What the service says of a query that is being written: what is wrong with it, and what could come next. */

import { json, type JsonAnswer } from '../../service/api.js';
import { session } from '../../service/session.js';
import { say } from './words.js';
import type { Form } from './tokens.js';

/** An edit that would mend it: `length` characters from a place on give way to `text`. Places count characters from 1. */
export interface Fix {
  readonly text: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

export interface Finding {
  readonly code: string;
  readonly detail: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
  readonly severity: 'error' | 'warning';
  readonly about: string;
  readonly expected: readonly string[];
  readonly fixes: readonly Fix[];
}

export interface Check {
  readonly accepted: boolean;
  readonly form: Form | null;
  readonly findings: readonly Finding[];
}

export interface Suggestion {
  readonly iri: string;
  readonly term: string;
  readonly label?: string;
  readonly uses?: number;
  readonly type?: string;
}

export type SuggestionKind = 'class' | 'property' | 'individual' | 'prefix';

export function check(query: string, signal: AbortSignal): Promise<JsonAnswer<Check>> {
  return json<Check>('api/check', asWhom(), { query, signal });
}

export async function suggest(kind: SuggestionKind, text: string, signal: AbortSignal, ofClass = ''): Promise<JsonAnswer<{ suggestions: readonly Suggestion[] }>> {
  const given = { kind, text, lang: session.language, ...(ofClass ? { class: ofClass } : {}), ...asWhom() };
  return json('api/complete', given, { signal });
}

function asWhom(): Record<string, string> {
  return session.lookingAs ? { clearance: session.lookingAs } : {};
}

const KINDS = ['variable', 'iri', 'text', 'number'] as const;

/** A finding in the page's language, in the service's own words where the page has none for it. */
export function told(finding: Finding): string {
  const { about } = finding;
  const wanted = expected(finding.expected);
  switch (finding.code) {
    case 'misplaced':
      return wanted ? say('misplacedWanted', { about, wanted }) : say('misplaced', { about });
    case 'ends-early':
      return wanted ? say('endsEarlyWanted', { wanted }) : say('endsEarly');
    case 'lone-variable':
      return say('loneVariable', { about, other: finding.fixes[0]?.text ?? '' });
    case 'unknown-prefix': return say('unknownPrefix', { about });
    case 'unknown-word': return say('unknownWord', { about });
    case 'not-available': return say('notAvailable', { about });
    case 'unclosed': return say('unclosed', { about });
    case 'unclosed-text': return say('unclosedText');
    case 'no-form': return say('noForm');
    case 'never-bound': return say('neverBound', { about });
    case 'unseen-name': return say('unseenName', { about });
    case 'ungrouped': return say('ungrouped');
    case 'star-with-groups': return say('starWithGroups');
    case 'overrides': return say('overrides');
    case 'values-width': return say('valuesWidth');
    case 'twice-selected': return say('twiceSelected');
    case 'bound-before': return say('boundBefore', { about });
    case 'blank-elsewhere': return say('blankElsewhere', { about });
    default: return finding.detail;
  }
}

/** What a fix does, as the words on its button. */
export function fixWords(finding: Finding, fix: Fix): string {
  const text = fix.text.trim();
  if (text.startsWith('PREFIX ')) return say('addPrefix', { text: text.split(' ')[1] ?? text });
  if (fix.length === 0) return say('insert', { text });
  return text ? say('replaceBy', { text }) : say('remove', { text: finding.about });
}

function expected(words: readonly string[]): string {
  if (words.length === 0 || words.length > 4) return '';
  const named = words.map((word) => {
    const kind = KINDS.find((kind) => kind === word);
    return kind ? say(kind) : `‘${word}’`;
  });
  return named.length === 1 ? named[0]! : `${named.slice(0, -1).join(', ')} ${say('or')} ${named.at(-1)}`;
}
