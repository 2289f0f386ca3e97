/** Where the things of a small graph stand. Pure: the same statements give the same picture. */

import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY, type SimulationNodeDatum } from 'd3-force';
import { text, value, type Row, type Term } from '../../service/terms.js';

export const MOST_DRAWN = 160;
const STEPS = 320;
const LONGEST = 26;

export interface Node extends SimulationNodeDatum {
  readonly id: string;
  readonly label: string;
  readonly isText: boolean;
  x: number;
  y: number;
}

export interface Edge {
  readonly source: Node;
  readonly target: Node;
  readonly label: string;
}

export interface Drawing {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
  readonly box: readonly [x: number, y: number, width: number, height: number];
}

const NAMING = ['http://www.w3.org/2004/02/skos/core#prefLabel', 'http://www.w3.org/2000/01/rdf-schema#label'];

/** The names that the statements themselves give, in the language before others; these are not drawn besides. */
function namesIn(rows: readonly Row[], language: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { subject, predicate, object } of rows) {
    if (subject?.type !== 'uri' || object?.type !== 'literal' || !isNaming(predicate)) continue;
    if (!found.has(subject.value) || object['xml:lang'] === language) found.set(subject.value, object.value);
  }
  return found;
}

function isNaming(predicate: Term | undefined): boolean {
  return predicate?.type === 'uri' && NAMING.includes(predicate.value);
}

/** Statements between the same two things share a line, with their names under each other. */
export function drawing(rows: readonly Row[], language = 'en'): Drawing {
  const names = namesIn(rows, language);
  const nodes = new Map<string, Node>();
  const nodeOf = (term: Term | undefined, of: string): Node => {
    const isText = term?.type === 'literal';
    const id = isText ? `${of} ${JSON.stringify(term)}` : JSON.stringify(term); // a text is its statement's own
    const found = nodes.get(id) ?? { id, label: shortened(names.get(value(term)) ?? text(term)), isText, x: nodes.size * 7, y: (nodes.size % 5) * 11 };
    nodes.set(id, found);
    return found;
  };
  const edges = new Map<string, Edge>();
  for (const { subject, predicate, object } of rows) {
    const source = nodeOf(subject, '');
    if (isNaming(predicate) && names.has(value(subject))) continue;
    const target = nodeOf(object, source.id);
    const id = `${source.id}\n${target.id}`;
    const before = edges.get(id);
    edges.set(id, { source, target, label: before ? `${before.label}, ${text(predicate)}` : text(predicate) });
  }
  const placed = [...nodes.values()];
  settle(placed, [...edges.values()]);
  return { nodes: placed, edges: [...edges.values()], box: around(placed) };
}

function settle(nodes: Node[], edges: readonly Edge[]): void {
  forceSimulation(nodes)
    .force('link', forceLink<Node, { source: Node; target: Node }>(edges.map(({ source, target }) => ({ source, target }))).distance(150).strength(0.6))
    .force('charge', forceManyBody().strength(-520))
    .force('apart', forceCollide(46))
    .force('x', forceX(0).strength(0.07))
    .force('y', forceY(0).strength(0.12))
    .stop()
    .tick(STEPS);
}

function around(nodes: readonly Node[]): Drawing['box'] {
  const [left, right] = [Math.min(...nodes.map(({ x }) => x)) - 110, Math.max(...nodes.map(({ x }) => x)) + 110];
  const [top, bottom] = [Math.min(...nodes.map(({ y }) => y)) - 40, Math.max(...nodes.map(({ y }) => y)) + 50];
  return [left, top, Math.max(right - left, 480), Math.max(bottom - top, 240)];
}

function shortened(label: string): string {
  return label.length > LONGEST ? `${label.slice(0, LONGEST - 1)}…` : label;
}
