/**
 * Where steps, arrows and what is written on them stand. Columns are the levels; the order in a column is dagre's; how
 * high each thing stands is as near to what it is joined with as the order allows. Pure.
 */

import { Graph, layout } from '@dagrejs/dagre';

export interface Sized {
  readonly id: string;
  readonly column: number;
  readonly height: number;
}

export interface Joined {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** How high what is written on it is. */
  readonly height: number;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Places {
  readonly steps: ReadonlyMap<string, Box>;
  readonly arrows: ReadonlyMap<string, { readonly points: readonly Point[]; readonly label: Box }>;
  readonly width: number;
  readonly height: number;
}

export interface Measures {
  readonly columns: number;
  /** How wide a step is, the room between two columns, and how much of it a label takes. */
  readonly step: number;
  readonly between: number;
  readonly label: number;
}

const APART = 16;
const ROOT = ' root';
const PASSING = 10; // the height that an arrow needs where it passes a column
const ROUNDS = 30;

/** What has a height in a track: a step, a label, or the place where an arrow passes. */
interface Knot {
  readonly height: number;
  y: number; // of its middle
  readonly joined: Knot[];
}

type Chain = readonly { readonly knot: Knot; readonly track: number; readonly isLabel: boolean }[];

/** Left to right; an arrow that leads back, or stays within its column, goes around below. */
export function placed(steps: readonly Sized[], arrows: readonly Joined[], { columns, step, between, label }: Measures): Places {
  const column = new Map(steps.map((one) => [one.id, one.column]));
  const forward = arrows.filter((arrow) => column.get(arrow.to)! > column.get(arrow.from)!);
  const order = orderOf(steps, forward);
  // Tracks: even ones are the columns, odd ones the room between them.
  const tracks: Knot[][] = Array.from({ length: 2 * columns - 1 }, () => []);
  const knots = new Map(steps.map((one) => [one.id, knotOf(one.height, order.get(one.id)!)]));
  for (const one of steps) tracks[one.column * 2]!.push(knots.get(one.id)!);
  const chains = new Map(forward.map((arrow) => [arrow.id, chainOf(arrow, { column, knots, tracks })]));
  settle(tracks);
  const top = steps.length > 0 ? Math.min(...tracks.flat().map((knot) => knot.y - knot.height / 2)) : 0;
  const x = (track: number): number => Math.floor(track / 2) * (step + between) + (track % 2 ? step : 0);
  const boxes = new Map(steps.map((one) => [one.id, { x: x(one.column * 2), y: knots.get(one.id)!.y - one.height / 2 - top, width: step, height: one.height }]));
  const drawn = new Map<string, { readonly points: readonly Point[]; readonly label: Box }>();
  for (const arrow of forward) {
    const chain = chains.get(arrow.id)!;
    const mark = chain.find((one) => one.isLabel)!;
    const points = chain.flatMap(({ knot, track }) => {
      const y = knot.y - top;
      return track % 2 ? [{ x: x(track) + between / 2, y }] : [{ x: x(track), y }, { x: x(track) + step, y }];
    });
    const box = { x: x(mark.track) + (between - label) / 2, y: mark.knot.y - mark.knot.height / 2 - top, width: label, height: arrow.height };
    drawn.set(arrow.id, { points: points.slice(1, -1), label: box }); // from the right of the first step to the left of the last
  }
  const below = Math.max(0, ...[...boxes.values(), ...[...drawn.values()].map((one) => one.label)].map((box) => box.y + box.height));
  const height = around(arrows.filter((arrow) => !forward.includes(arrow)), { boxes, drawn, below, label });
  return { steps: boxes, arrows: drawn, width: columns * step + Math.max(0, columns - 1) * between, height };
}

function knotOf(height: number, y: number): Knot {
  return { height, y, joined: [] };
}

interface Ground {
  readonly column: ReadonlyMap<string, number>;
  readonly knots: ReadonlyMap<string, Knot>;
  readonly tracks: readonly Knot[][];
}

/** The arrow from track to track: its label about half-way, and a place where it passes in every other track. */
function chainOf(arrow: Joined, { column, knots, tracks }: Ground): Chain {
  const [first, last] = [column.get(arrow.from)! * 2, column.get(arrow.to)! * 2];
  const [from, to] = [knots.get(arrow.from)!, knots.get(arrow.to)!];
  const labelled = first + 1 + 2 * Math.floor((last - first - 2) / 4);
  const chain = [{ knot: from, track: first, isLabel: false }];
  for (let track = first + 1; track < last; track += 1) {
    const share = (track - first) / (last - first);
    const knot = knotOf(track === labelled ? arrow.height : PASSING, from.y + (to.y - from.y) * share);
    tracks[track]!.push(knot);
    chain.push({ knot, track, isLabel: track === labelled });
  }
  chain.push({ knot: to, track: last, isLabel: false });
  for (const [index, one] of chain.slice(1).entries()) {
    one.knot.joined.push(chain[index]!.knot);
    chain[index]!.knot.joined.push(one.knot);
  }
  return chain;
}

/** The order of steps in each column, as heights: a root before all columns holds each step in its own. */
function orderOf(steps: readonly Sized[], arrows: readonly Joined[]): ReadonlyMap<string, number> {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: APART, ranksep: 50 });
  graph.setDefaultEdgeLabel(() => ({}));
  graph.setNode(ROOT, { width: 0, height: 0 });
  const column = new Map(steps.map((one) => [one.id, one.column]));
  for (const one of steps) {
    graph.setNode(one.id, { width: 100, height: one.height });
    graph.setEdge(ROOT, one.id, { minlen: one.column + 1, weight: 0 });
  }
  for (const one of arrows) graph.setEdge(one.from, one.to, { minlen: column.get(one.to)! - column.get(one.from)!, weight: 2 }, one.id);
  layout(graph);
  return new Map(steps.map((one) => [one.id, (graph.node(one.id) as Point).y]));
}

/** Draws everything towards what it is joined with, track by track and back. */
function settle(tracks: readonly Knot[][]): void {
  for (let round = 0; round < ROUNDS; round += 1) {
    const sweep = round % 2 ? tracks.toReversed() : tracks;
    for (const track of sweep) {
      const wanted = new Map(track.map((knot) => [knot, knot.joined.length > 0 ? knot.joined.reduce((sum, one) => sum + one.y, 0) / knot.joined.length : knot.y]));
      // The order is dagre's at first; labels, and arrows that pass, may then change places.
      if (round > 0 && round < ROUNDS / 2) track.sort((a, b) => (a.joined.length > 0 && b.joined.length > 0 ? wanted.get(a)! - wanted.get(b)! : a.y - b.y));
      else track.sort((a, b) => a.y - b.y);
      spread(track, track.map((knot) => wanted.get(knot)!));
    }
  }
}

/** As near to the wanted heights as can be without one covering the next (isotonic regression). */
function spread(track: readonly Knot[], wanted: readonly number[]): void {
  const offsets: number[] = [];
  let offset = 0;
  track.forEach((knot, index) => {
    offset += index > 0 ? (track[index - 1]!.height + knot.height) / 2 + APART : 0;
    offsets.push(offset);
  });
  const blocks: { sum: number; count: number }[] = [];
  for (const [index, want] of wanted.entries()) {
    blocks.push({ sum: want - offsets[index]!, count: 1 });
    while (blocks.length > 1 && blocks.at(-2)!.sum / blocks.at(-2)!.count > blocks.at(-1)!.sum / blocks.at(-1)!.count) {
      const last = blocks.pop()!;
      const before = blocks.at(-1)!;
      before.sum += last.sum;
      before.count += last.count;
    }
  }
  let index = 0;
  for (const block of blocks) {
    for (let taken = 0; taken < block.count; taken += 1, index += 1) track[index]!.y = block.sum / block.count + offsets[index]!;
  }
}

interface Below {
  readonly boxes: ReadonlyMap<string, Box>;
  readonly drawn: Map<string, { readonly points: readonly Point[]; readonly label: Box }>;
  readonly below: number;
  readonly label: number;
}

/** Puts the arrows that lead back below everything, one under the other; gives the height of it all. */
function around(arrows: readonly Joined[], { boxes, drawn, below, label }: Below): number {
  let y = below;
  for (const arrow of arrows) {
    y += APART;
    const [from, to] = [boxes.get(arrow.from)!, boxes.get(arrow.to)!];
    const [start, end] = [from.x + from.width / 2, to.x + to.width / 2];
    const box = { x: (start + end) / 2 - label / 2, y, width: label, height: arrow.height };
    const middle = y + arrow.height / 2;
    drawn.set(arrow.id, { points: [{ x: start, y: from.y + from.height }, { x: start, y: middle }, { x: end, y: middle }, { x: end, y: to.y + to.height }], label: box });
    y += arrow.height;
  }
  return y;
}
