/**
 * Where nodes go: forces, a few milliseconds at a time, so that the page never stands still and a person may stop it.
 *
 * It is d3-force and not fcose: 2,000 nodes and 5,000 links take it 1.5 s where fcose takes 45 s, it can be interrupted
 * after each step, and the same graph lands in the same place each time, so a briefing shows what the screen showed.
 */

import {
  forceCollide,
  forceLink,
  forceManyBody,
  forceSimulation,
  forceX,
  forceY,
  type Simulation,
  type SimulationLinkDatum,
  type SimulationNodeDatum,
} from 'd3-force';
import { boundsOf, type Graph, type Point } from './model.js';

interface Body extends SimulationNodeDatum {
  readonly id: string;
  readonly radius: number;
  readonly width: number;
}

type Spring = SimulationLinkDatum<Body>;

export interface LayoutOptions {
  /** Where nodes are already; the others begin near a neighbour that is placed. */
  readonly placed?: ReadonlyMap<string, Point>;
  /** Nodes that stay where they are placed. */
  readonly pinned?: ReadonlySet<string>;
  /** Width by height of where it is drawn; a graph that is arranged from nothing is stretched towards it. */
  readonly aspect?: number;
}

const MOST_STRETCH = 1.6; // further, circles of neighbours would be hard to see as such
const LARGE = 400; // nodes; above it names are not drawn until one looks closer, so they need no room

/** How large a node is drawn, by the number of its links. */
export function radiusOf(links: number): number {
  return Math.min(26, 9 + 3 * Math.sqrt(links));
}

/** A layout in progress. */
export class Layout {
  private readonly simulation: Simulation<Body, Spring>;
  private readonly bodies: Body[];
  private readonly steps: number;
  private done = 0;
  private readonly aspect: number;

  constructor(graph: Graph, options: LayoutOptions = {}) {
    const degrees = degreesOf(graph);
    const isLarge = graph.nodes.length > LARGE;
    const named = !isLarge;
    const placed = options.placed ?? new Map<string, Point>();
    const starts = startsOf(graph, placed);
    this.bodies = graph.nodes.map(({ id, label }) => {
      const at = starts.get(id);
      const radius = radiusOf(degrees.get(id) ?? 0);
      const body: Body = { id, radius, width: named ? Math.min(label.length, 20) * 3.1 : 0, ...at };
      if (options.pinned?.has(id) && at) [body.fx, body.fy] = [at.x, at.y];
      return body;
    });
    const springs: Spring[] = graph.links.filter((link) => link.from !== link.to).map((link) => ({ source: link.from, target: link.to }));
    const warm = graph.nodes.filter((node) => placed.has(node.id)).length > graph.nodes.length / 2;
    this.aspect = placed.size > 0 ? 0 : (options.aspect ?? 0);
    this.steps = warm ? 90 : isLarge ? 130 : 320;
    this.simulation = forceSimulation<Body>(this.bodies)
      .stop()
      .alpha(warm ? 0.25 : 1)
      .alphaDecay(1 - 0.002 ** (1 / this.steps))
      .velocityDecay(0.45)
      .force('springs', forceLink<Body, Spring>(springs).id((body) => body.id).distance(isLarge ? 45 : 80))
      .force('apart', forceManyBody<Body>().strength(isLarge ? -90 : -420).theta(isLarge ? 1.3 : 0.9).distanceMax(isLarge ? 700 : 480))
      .force('x', forceX<Body>().strength(isLarge ? 0.035 : 0.05))
      .force('y', forceY<Body>().strength(isLarge ? 0.05 : 0.095)); // a screen is wider than it is high
    if (!isLarge) this.simulation.force('collide', forceCollide<Body>((body) => Math.max(body.radius + 8, body.width * 0.82)).strength(0.7));
  }

  /** Works for about so many milliseconds; true when it is done. */
  work(milliseconds: number): boolean {
    const until = performance.now() + milliseconds;
    while (this.done < this.steps) {
      this.simulation.tick();
      this.done += 1;
      if (performance.now() >= until) break;
    }
    return this.done >= this.steps;
  }

  /** How far it is, from 0 to 1. */
  get progress(): number {
    return this.steps === 0 ? 1 : this.done / this.steps;
  }

  get positions(): ReadonlyMap<string, Point> {
    const found = this.bodies.map(({ id, x, y }) => [id, { x: x ?? 0, y: y ?? 0 }] as const);
    const [left, top, right, bottom] = boundsOf(found.map(([, at]) => at));
    const wider = (this.aspect * (bottom - top)) / Math.max(1, right - left);
    const [wide, high] = [bounded(wider), bounded(1 / wider)];
    return new Map(found.map(([id, { x, y }]) => [id, { x: x * wide, y: y * high }]));
  }
}

function bounded(stretch: number): number {
  return Math.min(MOST_STRETCH, Math.max(1, Number.isFinite(stretch) ? stretch : 1));
}

export function degreesOf(graph: Graph): ReadonlyMap<string, number> {
  const degrees = new Map<string, number>();
  for (const { from, to } of graph.links) {
    degrees.set(from, (degrees.get(from) ?? 0) + 1);
    degrees.set(to, (degrees.get(to) ?? 0) + 1);
  }
  return degrees;
}

/** Places of what is placed; a new node begins beside a neighbour that is. The rest is left to the simulation. */
function startsOf(graph: Graph, placed: ReadonlyMap<string, Point>): ReadonlyMap<string, Point> {
  const starts = new Map(placed);
  if (placed.size === 0) return starts;
  let turn = 0;
  for (const { from, to } of graph.links) {
    for (const [anchor, other] of [[from, to], [to, from]] as const) {
      const at = placed.get(anchor);
      if (!at || starts.has(other)) continue;
      turn += 2.4; // about the golden angle: neighbours of one node spread around it
      starts.set(other, { x: at.x + 60 * Math.cos(turn), y: at.y + 60 * Math.sin(turn) });
    }
  }
  return starts;
}
