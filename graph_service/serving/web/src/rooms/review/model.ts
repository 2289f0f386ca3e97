/** The review list and what is decided of it before it is sent. Pure: no element, no request. */

import { value, type Row } from '../../service/terms.js';

/** A mention that nobody has judged: where a program found what, and how surely. */
export interface Mention {
  readonly iri: string;
  readonly kind: string;
  readonly words: string;
  readonly confidence: number;
  /** The IRI of what it names; empty where it names a value, or nothing yet. */
  readonly names: string;
  readonly namesLabel: string;
  readonly value: string;
  readonly document: string;
  readonly documentLabel: string;
  readonly section: string;
  readonly quotation: string;
}

export type Verdict = 'accepted' | 'rejected' | 'corrected';

export interface Decision {
  readonly verdict: Verdict;
  /** What a corrected mention names: an IRI, or of a date the date. */
  readonly to: string;
  readonly toLabel: string;
  readonly note: string;
}

export type Basket = ReadonlyMap<string, Decision>;

export interface Filter {
  readonly kind: string;
  readonly document: string;
  /** Only what was found with less confidence than this. */
  readonly below: number;
}

/** Mentions that one proposal can hold. */
export const MOST = 500;

/** The rows of `mentions-to-review`, each mention once: a document may have two titles. */
export function mentionsOf(rows: readonly Row[]): readonly Mention[] {
  const found = new Map<string, Mention>();
  for (const row of rows) {
    const of = (name: string): string => value(row[name]);
    if (found.has(of('mention'))) continue;
    found.set(of('mention'), {
      iri: of('mention'),
      kind: of('kind'),
      words: of('words'),
      confidence: Number(of('confidence')),
      names: of('names'),
      namesLabel: of('namesLabel'),
      value: of('value'),
      document: of('document'),
      documentLabel: of('documentLabel'),
      section: of('section'),
      quotation: of('quotation'),
    });
  }
  return [...found.values()];
}

export function filtered(mentions: readonly Mention[], { kind, document, below }: Filter): readonly Mention[] {
  return mentions.filter((one) => (!kind || one.kind === kind) && (!document || one.document === document) && (!below || one.confidence < below));
}

/** Each value with its name and how many mentions have it, the most first. */
export function counted(mentions: readonly Mention[], of: 'kind' | 'document', name: (one: Mention) => string): readonly { readonly value: string; readonly name: string; readonly n: number }[] {
  const found = new Map<string, { value: string; name: string; n: number }>();
  for (const one of mentions) {
    const known = found.get(one[of]);
    if (known) known.n += 1;
    else found.set(one[of], { value: one[of], name: name(one), n: 1 });
  }
  return [...found.values()].sort((a, b) => b.n - a.n || a.name.localeCompare(b.name));
}

/** Whether the mention says what it names, so that a fact follows when it is accepted. */
export function canAccept(one: Mention): boolean {
  if (one.kind === 'date') return one.value !== '';
  return one.names !== '' || one.kind === 'goal' || one.kind === 'question';
}

const CITING = ['paper', 'resolution', 'law', 'treaty', 'report'];

/** Which sentence tells what follows when a mention of this kind is accepted. */
export type Following = 'cites' | 'mentions' | 'mentionsDate' | 'stands' | 'isNew' | 'same' | 'shortFor';

export function followingOf(one: Mention): Following {
  if (CITING.includes(one.kind)) return 'cites';
  if (one.kind === 'date') return 'mentionsDate';
  if (one.kind === 'abbreviation') return 'shortFor';
  if (one.kind === 'document') return 'same';
  if (one.kind === 'goal' || one.kind === 'question') return one.names ? 'stands' : 'isNew';
  return 'mentions';
}

/** The basket with the same decision on each of these mentions; those that can't be decided on so are left out. */
export function decided(basket: Basket, mentions: readonly Mention[], decision: Decision): Basket {
  const next = new Map(basket);
  for (const one of mentions) {
    if (decision.verdict === 'accepted' && !canAccept(one)) continue;
    next.set(one.iri, decision);
  }
  return next;
}

export function undone(basket: Basket, mentions: Iterable<string>): Basket {
  const next = new Map(basket);
  for (const iri of mentions) next.delete(iri);
  return next;
}

/** One proposal, as `POST /api/reviews` takes it. */
export interface Batch {
  readonly mentions: readonly string[];
  readonly verdict: Verdict;
  readonly corrected_to?: string;
  readonly note?: string;
}

/** The basket as proposals: mentions of the same verdict, target and note together. */
export function batches(basket: Basket): readonly Batch[] {
  const groups = new Map<string, Batch & { mentions: string[] }>();
  const full: Batch[] = [];
  for (const [iri, { verdict, to, note }] of basket) {
    const key = JSON.stringify([verdict, to, note]);
    let group = groups.get(key);
    if (group && group.mentions.length === MOST) {
      full.push(group);
      group = undefined;
    }
    if (!group) {
      group = { mentions: [], verdict, ...(to ? { corrected_to: to } : {}), ...(note ? { note } : {}) };
      groups.set(key, group);
    }
    group.mentions.push(iri);
  }
  return [...full, ...groups.values()];
}

/** How many decisions of each verdict there are. */
export function tally(basket: Basket): Readonly<Record<Verdict, number>> {
  const found = { accepted: 0, rejected: 0, corrected: 0 };
  for (const { verdict } of basket.values()) found[verdict] += 1;
  return found;
}

/** A date as a mention may be corrected to: a year, month or day, or two with `/` between them. */
export function isDateText(text: string): boolean {
  const days = text.split('/');
  return days.length <= 2 && days.every((day) => /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/.test(day));
}

/** The mention beside another in the list; the first where that one is not in it. */
export function beside(mentions: readonly Mention[], iri: string, step: number): string {
  const at = mentions.findIndex((one) => one.iri === iri);
  if (at < 0) return mentions[0]?.iri ?? '';
  return mentions[Math.min(Math.max(at + step, 0), mentions.length - 1)]!.iri;
}

/** The next mention that is not decided on, from this one on and then from the start; the same where there is none. */
export function nextOpen(mentions: readonly Mention[], iri: string, basket: Basket): string {
  const at = mentions.findIndex((one) => one.iri === iri);
  const order = [...mentions.slice(at + 1), ...mentions.slice(0, Math.max(at, 0))];
  return order.find((one) => !basket.has(one.iri))?.iri ?? iri;
}
