/** What a network picture is made of, whatever answer it came from. Nothing here draws. */

export interface GraphNode {
  readonly id: string;
  readonly label: string;
  /** The key of one of the picture's kinds; the first kind if it is none of them. */
  readonly kind?: string;
  /** What it is, in more words than the kind. */
  readonly type?: string;
  /** The marking of the rows that show it. */
  readonly marking?: string;
}

export interface GraphLink {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly label?: string;
  /** The key of one of the picture's lines; the first line if it is none of them. */
  readonly line?: string;
  /** True unless both directions mean the same. */
  readonly directed?: boolean;
  readonly marking?: string;
}

export type Shape = 'circle' | 'square' | 'diamond' | 'triangle' | 'hexagon' | 'pentagon' | 'octagon' | 'shield' | 'flag' | 'wedge';
export type Dash = 'solid' | 'dashed' | 'dotted' | 'bold';

/** How a kind of node is drawn: a shape and a colour (the number of a token `--kind-…`), and what the legend calls it. */
export interface Kind {
  readonly key: string;
  readonly label: string;
  readonly shape: Shape;
  readonly colour: number;
}

/** How a kind of link is drawn, and what the legend calls it. */
export interface Line {
  readonly key: string;
  readonly label: string;
  readonly dash: Dash;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly links: readonly GraphLink[];
  /** None: one kind, without a legend. */
  readonly kinds?: readonly Kind[];
  readonly lines?: readonly Line[];
}

/** What of a graph is on screen; null is all of it. */
export interface Shown {
  readonly nodes: ReadonlySet<string>;
  readonly links: ReadonlySet<string>;
}

/** A letter for each marking of a graph: a marking itself may be longer than the name it stands at. */
export function lettersOf(graph: Graph): ReadonlyMap<string, string> {
  const markings = [...graph.nodes, ...graph.links].flatMap(({ marking }) => (marking ? [marking] : []));
  return new Map([...new Set(markings)].sort().map((marking, n) => [marking, letter(n)]));
}

/** A, B, … Z, AA, AB, … */
function letter(n: number): string {
  return n < 26 ? String.fromCharCode(65 + n) : letter(Math.floor(n / 26) - 1) + letter(n % 26);
}

export const NOTHING: Graph = { nodes: [], links: [] };

/** The graph without links to nodes that it does not have, and each id once. */
export function sound(graph: Graph): Graph {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const links = new Map(graph.links.filter(({ from, to }) => nodes.has(from) && nodes.has(to)).map((link) => [link.id, link]));
  return { ...graph, nodes: [...nodes.values()], links: [...links.values()] };
}

export interface Neighbour {
  readonly id: string;
  readonly link: GraphLink;
}

/** Each node's neighbours, with the link to each, over the links that are shown. */
export function neighboursOf(graph: Graph, shown: Shown | null = null): ReadonlyMap<string, readonly Neighbour[]> {
  const found = new Map<string, Neighbour[]>(graph.nodes.map((node) => [node.id, []]));
  for (const link of graph.links) {
    if (shown && !shown.links.has(link.id)) continue;
    found.get(link.from)?.push({ id: link.to, link });
    if (link.from !== link.to) found.get(link.to)?.push({ id: link.from, link });
  }
  return found;
}

/** A way between two nodes with the fewest links, in either direction of each; null where there is none. */
export function pathBetween(graph: Graph, from: string, to: string, shown: Shown | null = null): readonly Neighbour[] | null {
  const neighbours = neighboursOf(graph, shown);
  const cameBy = new Map<string, { readonly before: string; readonly link: GraphLink }>();
  const seen = new Set([from]);
  let edge = [from];
  while (edge.length > 0 && !seen.has(to)) {
    const next: string[] = [];
    for (const id of edge) {
      for (const { id: other, link } of neighbours.get(id) ?? []) {
        if (seen.has(other)) continue;
        seen.add(other);
        cameBy.set(other, { before: id, link });
        next.push(other);
      }
    }
    edge = next;
  }
  if (!seen.has(to) || !neighbours.has(from)) return null;
  const path: Neighbour[] = [];
  for (let at = to; at !== from; ) {
    const { before, link } = cameBy.get(at)!;
    path.unshift({ id: at, link });
    at = before;
  }
  return path;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Left, top, right and bottom of an area that holds all these points. */
export function boundsOf(points: readonly Point[]): readonly [number, number, number, number] {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of points) [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
  return points.length > 0 ? [left, top, right, bottom] : [0, 0, 0, 0];
}

export type Direction = 'left' | 'right' | 'up' | 'down';

const TOWARDS: Readonly<Record<Direction, Point>> = { left: { x: -1, y: 0 }, right: { x: 1, y: 0 }, up: { x: 0, y: -1 }, down: { x: 0, y: 1 } };

/** The candidate that lies most in a direction as seen from a point: near counts, straight ahead counts more. */
export function towards(at: Point, direction: Direction, candidates: Iterable<readonly [string, Point]>): string | null {
  const ahead = TOWARDS[direction];
  let [best, least] = [null as string | null, Infinity];
  for (const [id, { x, y }] of candidates) {
    const along = (x - at.x) * ahead.x + (y - at.y) * ahead.y;
    const aside = Math.abs((x - at.x) * ahead.y) + Math.abs((y - at.y) * ahead.x);
    if (along <= 0 || aside > along * 1.75) continue;
    const cost = along + aside * 2;
    if (cost < least) [best, least] = [id, cost];
  }
  return best;
}
