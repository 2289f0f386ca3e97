/** The things next to a thing, as a picture has them. Pure: no element, no request. */

import type { Graph, GraphLink, GraphNode } from '../../parts/graph/model.js';
import { propertyName } from '../../parts/outside.js';
import { value, type Row } from '../../service/terms.js';
import type { Said } from './statements.js';

const MOST = 48; // nodes that one can still tell apart in a small picture
const EACH = 8; // of one property: a thousand of a kind would leave no room for the others
const APART = new Set([
  'http://www.w3.org/1999/02/22-rdf-syntax-ns#type',
  'http://www.w3.org/ns/oa#hasBody',
  'https://w3id.org/sluis/ns#quotedAt',
  'https://w3id.org/sluis/ns#statedAt',
  'https://w3id.org/sluis/ns#inferredAt',
]);

export interface Neighbourhood {
  readonly graph: Graph;
  /** How many neighbours of the answers are not drawn. */
  readonly left: number;
}

/** What is said of the thing and what points to it, without what says the same less exactly. */
export function neighbourhood(iri: string, name: string, said: readonly Said[], pointing: readonly Row[]): Neighbourhood {
  const nodes = new Map<string, GraphNode>([[iri, { id: iri, label: name }]]);
  const links: GraphLink[] = [];
  const all = new Set<string>();
  const counts = new Map<string, number>();
  const add = (other: string, label: string, property: string, propertyLabel: string, out: boolean): void => {
    all.add(other);
    const key = `${out} ${property}`;
    const count = counts.get(key) ?? 0;
    if (!nodes.has(other) && (nodes.size > MOST || count >= EACH)) return;
    counts.set(key, count + 1);
    nodes.set(other, nodes.get(other) ?? { id: other, label });
    const [from, to] = out ? [iri, other] : [other, iri];
    links.push({ id: `${from} ${property} ${to}`, from, to, label: propertyLabel, directed: true });
  };
  for (const one of said) {
    if (one.broader || APART.has(one.property) || one.term.type !== 'uri' || one.term.value === iri) continue;
    add(one.term.value, one.label, one.property, one.propertyLabel, true);
  }
  for (const row of pointing) {
    const [property, from] = [value(row['property']), row['from']];
    if (value(row['broader']) === 'true' || APART.has(property) || from?.type !== 'uri' || from.value === iri) continue;
    add(from.value, value(row['fromLabel']), property, propertyName(property, value(row['propertyLabel'])), false);
  }
  return { graph: { nodes: [...nodes.values()], links }, left: [...all].filter((other) => !nodes.has(other)).length };
}
