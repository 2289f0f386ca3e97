/** The room's state is its address: what each parameter means, and nothing else. */

import { STATUSES, type Choice } from './model.js';

export interface RoomState extends Choice {
  /** The actor or link that is chosen. */
  readonly chosen: string;
  /** The actors around which the network is shown; none: all of it. */
  readonly around: readonly string[];
  /** The end of a way that begins at the chosen actor. */
  readonly to: string;
  readonly marks: boolean;
}

/** An IRI has no space in it, so a space keeps IRIs apart. */
export function stateOf(params: URLSearchParams): RoomState {
  const list = (name: string): readonly string[] => (params.get(name) ?? '').split(' ').filter(Boolean);
  const statuses = list('status').filter((status) => (STATUSES as readonly string[]).includes(status));
  return {
    chosen: params.get('chosen') ?? '',
    around: [...new Set([...list('actor'), ...list('around')])],
    to: params.get('to') ?? '',
    statuses: new Set(statuses.length > 0 ? statuses : STATUSES),
    withoutKinds: new Set(list('without')),
    relation: params.get('relation') ?? '',
    from: params.get('from') ?? '',
    until: params.get('until') ?? '',
    undated: params.get('undated') !== 'no',
    marks: params.get('marks') === 'yes',
  };
}

export function listed(items: Iterable<string>): string {
  return [...items].join(' ');
}

/** The set with an item taken out, or put in if it was out. */
export function toggled(items: ReadonlySet<string>, item: string): ReadonlySet<string> {
  const changed = new Set(items);
  if (!changed.delete(item)) changed.add(item);
  return changed;
}
