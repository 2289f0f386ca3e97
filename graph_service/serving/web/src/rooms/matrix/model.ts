/** Goals against sources, out of the rows of `goals-against-sources`. Pure; no browser is needed. */

import { plain } from '../../parts/table/rows.js';
import { partialDate, span, text, value, type Row } from '../../service/terms.js';

export interface Marking {
  readonly marking: string;
  readonly policy: string;
  readonly order: number;
}

export interface Source {
  readonly iri: string;
  readonly label: string;
  readonly date: string;
  /** Highest first; none where no level is among what can be seen. */
  readonly markings: readonly Marking[];
}

export interface Goal {
  readonly iri: string;
  readonly label: string;
  /** The mission, contribution or evaluation, and the component, in words; empty where there is none. */
  readonly of: string;
  readonly ofIri: string;
  readonly component: string;
  readonly sources: ReadonlySet<string>;
}

export interface Matrix {
  readonly goals: readonly Goal[];
  readonly sources: ReadonlyMap<string, Source>;
}

/** Each goal and each source once; a goal of several missions stands under the first that the answer gives. */
export function matrixOf(rows: readonly Row[]): Matrix {
  const goals = new Map<string, Omit<Goal, 'sources'> & { sources: Set<string> }>();
  const sources = new Map<string, Omit<Source, 'markings'> & { markings: Marking[] }>();
  for (const row of rows) {
    const iri = value(row['goal']);
    let goal = goals.get(iri);
    if (!goal) {
      goal = { iri, label: text(row['goalLabel']), of: text(row['ofLabel']), ofIri: value(row['of']), component: text(row['componentLabel']), sources: new Set() };
      goals.set(iri, goal);
    }
    const cited = value(row['source']);
    if (!cited) continue;
    goal.sources.add(cited);
    let source = sources.get(cited);
    if (!source) sources.set(cited, (source = { iri: cited, label: text(row['sourceLabel']), date: value(row['date']), markings: [] }));
    const marking = text(row['marking']);
    const policy = text(row['policy']);
    if (marking && !source.markings.some((known) => known.marking === marking && known.policy === policy)) {
      source.markings.push({ marking, policy, order: Number(text(row['order'])) || 0 });
      source.markings.sort((a, b) => b.order - a.order || a.policy.localeCompare(b.policy));
    }
  }
  return { goals: [...goals.values()], sources };
}

export function isClassified(source: Source): boolean {
  return source.markings.some(({ order }) => order > 0);
}

export type Order = 'date' | 'marking' | 'goals';

/** The sources of these goals in order: by day, by the highest marking, or by how many of the goals rest on them. */
export function columnsOf(matrix: Matrix, goals: readonly Goal[], order: Order): readonly Source[] {
  const cited = new Map<string, number>();
  for (const goal of goals) for (const iri of goal.sources) cited.set(iri, (cited.get(iri) ?? 0) + 1);
  const found = [...cited.keys()].map((iri) => matrix.sources.get(iri)!);
  const height = (source: Source): number => source.markings[0]?.order ?? -1;
  const byDay = (a: Source, b: Source): number => dayOf(a) - dayOf(b) || a.label.localeCompare(b.label);
  if (order === 'marking') return found.sort((a, b) => height(b) - height(a) || byDay(a, b));
  if (order === 'goals') return found.sort((a, b) => cited.get(b.iri)! - cited.get(a.iri)! || byDay(a, b));
  return found.sort(byDay);
}

/** A source without a date stands behind those with one. */
function dayOf({ date }: Source): number {
  const known = partialDate(date);
  return known ? span(known).from.getTime() : Number.MAX_SAFE_INTEGER;
}

export interface Wanted {
  /** Words that stand in the goal or in one of its sources. */
  readonly find: string;
  readonly of: string;
  /** Leave out what is not classified. */
  readonly classified: boolean;
  /** Keep goals that no source stands beside. */
  readonly bare: boolean;
}

/** The matrix of what is wanted of it. */
export function narrowed(matrix: Matrix, { find, of, classified, bare }: Wanted): Matrix {
  const words = plain(find).split(/\s+/).filter(Boolean);
  const goals = matrix.goals.flatMap((goal) => {
    if (of && goal.ofIri !== of) return [];
    const sources = new Set([...goal.sources].filter((iri) => !classified || isClassified(matrix.sources.get(iri)!)));
    if (sources.size === 0 && !bare) return [];
    const said = plain([goal.label, goal.component, ...[...sources].map((iri) => matrix.sources.get(iri)!.label)].join('\n'));
    return words.every((word) => said.includes(word)) ? [{ ...goal, sources }] : [];
  });
  return { goals, sources: matrix.sources };
}

export interface Group {
  readonly of: string;
  readonly component: string;
  readonly goals: readonly Goal[];
}

/** The goals under what they are goals of, and there under their component; each in the order of the answer. */
export function groupsOf(goals: readonly Goal[]): readonly Group[] {
  const groups = new Map<string, Goal[]>();
  for (const goal of goals) {
    const key = JSON.stringify([goal.ofIri, goal.component]);
    groups.set(key, [...(groups.get(key) ?? []), goal]);
  }
  return [...groups.values()].map((goals) => ({ of: goals[0]!.of, component: goals[0]!.component, goals }));
}

export interface Tally {
  readonly sources: number;
  readonly classified: number;
  /** Whether there are sources and each is classified: one that is open or has no level is none of them. */
  readonly only: boolean;
}

/** How many sources a goal has among those that can be seen. It is counted over the whole, whatever is left out of sight. */
export function tallyOf(matrix: Matrix, goal: Goal): Tally {
  const sources = [...goal.sources].map((iri) => matrix.sources.get(iri)!);
  const classified = sources.filter(isClassified).length;
  return { sources: sources.length, classified, only: sources.length > 0 && classified === sources.length };
}

/** Few letters for a marking, none the same as another's: the first of each word, and more where that is not enough. */
export function lettersFor(markings: readonly string[]): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  for (const marking of [...new Set(markings)].sort((a, b) => a.localeCompare(b))) {
    const words = marking.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
    const first = words.map((word) => word.charAt(0).toUpperCase()).join('');
    const taken = new Set(given.values());
    let letters = first;
    for (let more = 2; taken.has(letters); more++) letters = more <= marking.length ? words.map((word) => word.slice(0, more)).join('') : `${first}${more}`;
    given.set(marking, letters);
  }
  return given;
}
