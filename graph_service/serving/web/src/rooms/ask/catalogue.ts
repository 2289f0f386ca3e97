/** The questions that the service knows, as `/queries` lists them, and how one is found among them. Pure. */

import type { ChartSpec } from '../../parts/chart/data.js';
import { plain } from '../../parts/table/rows.js';
import type { Language } from '../../service/session.js';

export type ParameterType = 'iri' | 'level' | 'enum' | 'string' | 'integer' | 'date' | 'boolean';

export interface Parameter {
  readonly name: string;
  readonly type: ParameterType;
  readonly description: string;
  readonly description_nl: string;
  readonly required: boolean;
  readonly default: string | null;
  /** The class, with its prefix, whose things are offered. */
  readonly class?: string;
  readonly values?: readonly string[];
}

export const TOPICS = [
  'goals', 'mandate', 'contribution', 'coordination', 'time', 'sources', 'marking',
  'evidence', 'theory', 'evaluation', 'interviews', 'things', 'other',
] as const; // prettier-ignore
export type Topic = (typeof TOPICS)[number];

export const AUDIENCES = ['public', 'evaluator', 'reviewer', 'administrator', 'sister'] as const;
export type Audience = (typeof AUDIENCES)[number];

export interface Question {
  readonly name: string;
  readonly summary: string;
  readonly summary_nl: string;
  readonly description: string;
  readonly description_nl: string;
  readonly parameters: readonly Parameter[];
  readonly example: Readonly<Record<string, string>>;
  readonly columns: Readonly<Record<string, string>>;
  readonly tags: readonly Audience[];
  readonly topic: Topic;
  readonly view: 'table' | 'network' | 'timeline' | 'flow' | 'matrix' | 'chart';
  readonly chart?: ChartSpec;
  /** What has to be loaded before there are rows; empty for nothing. */
  readonly needs: string;
}

export interface Catalogue {
  readonly queries: readonly Question[];
}

export function summaryOf(question: Question, language: Language): string {
  return language === 'nl' ? question.summary_nl : question.summary;
}

export function descriptionOf(of: Pick<Question | Parameter, 'description' | 'description_nl'>, language: Language): string {
  return language === 'nl' ? of.description_nl : of.description;
}

export interface Shelf {
  readonly topic: Topic;
  readonly questions: readonly Question[];
}

/** The questions that have every word, in either language, and are for this audience; by topic, in the order of topics. */
export function shelves(questions: readonly Question[], search: string, audience: string): readonly Shelf[] {
  const wanted = plain(search).split(/\s+/).filter(Boolean);
  const fits = (question: Question): boolean => {
    if (audience && !question.tags.includes(audience as Audience)) return false;
    const said = plain([question.name, question.summary, question.summary_nl, question.description, question.description_nl].join('\n'));
    return wanted.every((word) => said.includes(word));
  };
  const found = questions.filter(fits);
  const topicOf = (question: Question): Topic => (TOPICS.includes(question.topic) ? question.topic : 'other');
  return TOPICS.map((topic) => ({ topic, questions: found.filter((question) => topicOf(question) === topic) })).filter(({ questions }) => questions.length > 0);
}

/** The parameters of a question that an address gives; what is no parameter of it is left out. */
export function givenTo(question: Question, params: URLSearchParams): Readonly<Record<string, string>> {
  const given = question.parameters.flatMap(({ name }) => (params.get(name) ? [[name, params.get(name)!] as const] : []));
  return Object.fromEntries(given);
}

/** The required parameters that are not given. */
export function lacking(question: Question, given: Readonly<Record<string, string>>): readonly Parameter[] {
  return question.parameters.filter(({ name, required }) => required && !given[name]);
}
