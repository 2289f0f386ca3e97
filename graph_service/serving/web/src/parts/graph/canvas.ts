/** The drawn network: cytoscape behind an interface of our own, so that nothing else knows it. */

import cytoscape, { type Core, type EdgeSingular, type ElementDefinition, type EventObject, type NodeSingular, type StylesheetJson } from 'cytoscape';
import { degreesOf, radiusOf } from './layout.js';
import { stylesheet, PLAIN_KIND, PLAIN_LINE, type Colours } from './look.js';
import { fitting, wrapped, type Named } from './naming.js';
import { boundsOf, lettersOf, type Graph, type Point, type Shown } from './model.js';

// Cytoscape puts a <style> into the document's head unless an element with this id is there, and the page's policy
// refuses inline styles. What it would say stands in the styles of sluis-graph.
const STYLE_ID = '__________cytoscape_stylesheet';

const PORTION = 700; // elements
const WRITE_AFTER = 60; // ms after the last movement
const NAME_SIZE = 11; // pixels on screen
const NAME_GAP = 3;
const MOST_NAMED = 90;
const MOST_NAMED_LINKS = 6; // more lie on each other; the room's details have them all
const TOO_FAR = 0.25; // of a zoom, to see a node's surroundings
const TOOLS = 36; // pixels that the buttons over the picture take
const LARGE = 400; // nodes; above it lines are straight and thin, and what moves is drawn from a picture

/** Cytoscape without its word to the renderer: else all that is there already is drawn at each pause, and nobody sees it. */
interface Notifying {
  notifications(isOn: boolean): void;
}

export interface CanvasEvents {
  chosen(id: string | null): void;
  moved(id: string, at: Point): void;
  opened(id: string): void;
}

/** How everything looks now: the colours of the page, and whether names and markings are written. */
export interface Look {
  readonly colours: Colours;
  readonly names: boolean;
  readonly marks: boolean;
}

/** What stands out: `lit` or everything, the chosen one, the one under the keyboard, what is pinned. */
export interface Light {
  readonly lit: ReadonlySet<string> | null;
  readonly chosen: string;
  readonly here: string;
  readonly pinned: ReadonlySet<string>;
}

export class Canvas {
  readonly cy: Core;
  private graph: Graph;
  private look: Look;
  /** Whether some things stand out, few enough to be named all. */
  private bright = false;
  /** Which elements have which class. */
  private readonly marked = new Map<string, ReadonlySet<string>>();

  constructor(container: HTMLElement, graph: Graph, look: Look, events: CanvasEvents) {
    if (!document.getElementById(STYLE_ID)) {
      const mark = document.createElement('meta');
      mark.id = STYLE_ID;
      document.head.append(mark);
    }
    this.graph = graph;
    this.look = look;
    this.cy = cytoscape({
      container,
      style: styleOf(graph, look),
      layout: { name: 'preset', fit: false },
      boxSelectionEnabled: false,
      autounselectify: true,
      minZoom: 0.03,
      maxZoom: 4,
      textureOnViewport: graph.nodes.length > LARGE,
      ...(graph.nodes.length > LARGE ? { pixelRatio: 1 } : {}),
    });
    let writing = 0;
    this.cy.on('viewport', () => {
      window.clearTimeout(writing);
      writing = window.setTimeout(() => void (this.cy.destroyed() || this.write()), WRITE_AFTER);
    });
    this.cy.on('tap', (event: EventObject) => events.chosen(event.target === this.cy ? null : (event.target as NodeSingular).id()));
    this.cy.on('dbltap', 'node', (event: EventObject) => events.opened((event.target as NodeSingular).id()));
    this.cy.on('dragfree', 'node', (event: EventObject) => {
      const node = event.target as NodeSingular;
      events.moved(node.id(), { ...node.position() });
    });
  }

  /** Puts the graph's elements on the canvas, some at a time, with a pause after each; `isWanted` ends it early. */
  async fill(positions: ReadonlyMap<string, Point>, pause: () => Promise<void>, isWanted: () => boolean): Promise<void> {
    const elements = elementsOf(this.graph, positions);
    this.lookAt([...positions.values()]); // first: from near, every name would be drawn at each pause
    const renderer = this.cy as unknown as Notifying;
    renderer.notifications(false);
    for (let at = 0; at < elements.length; at += PORTION) {
      if (at > 0) await pause();
      if (at + PORTION >= elements.length || !isWanted()) renderer.notifications(true);
      if (!isWanted()) return;
      this.cy.add(elements.slice(at, at + PORTION)).boundingBox(); // styles and places are worked out now, a portion at a time
    }
  }

  /** Comes back when what is on the canvas has been drawn. */
  drawn(): Promise<void> {
    return new Promise((resolve) => this.cy.one('render', () => resolve()));
  }

  /** Another graph that shares much with this one: what is in both stays as it is. */
  replace(graph: Graph, positions: ReadonlyMap<string, Point>): void {
    this.graph = graph;
    const elements = elementsOf(graph, positions);
    const wanted = new Set(elements.map((element) => element.data.id!));
    this.cy.batch(() => {
      this.cy.elements().filter((element) => !wanted.has(element.id())).remove();
      for (const [name, ids] of this.marked) this.marked.set(name, new Set([...ids].filter((id) => wanted.has(id))));
      for (const element of elements) this.cy.getElementById(element.data.id!).data(element.data);
      this.cy.add(elements.filter((element) => this.cy.getElementById(element.data.id!).empty()));
    });
  }

  /** Whether so little of a graph is on the canvas that it is better begun anew, in pieces. */
  isFarFrom(graph: Graph): boolean {
    const missing = [...graph.nodes, ...graph.links].filter(({ id }) => this.cy.getElementById(id).empty());
    return missing.length > PORTION;
  }

  dress(look: Look): void {
    this.look = look;
    this.cy.style(styleOf(this.graph, look));
    this.write();
  }

  /** Writes the names that fit, at one size on screen however near one looks. */
  write(): void {
    const zoom = this.cy.zoom();
    const view = { right: this.cy.width() + 80, bottom: this.cy.height() + 40 };
    const always = new Set(['chosen', 'here', ...(this.bright ? ['near'] : [])].flatMap((name) => [...(this.marked.get(name) ?? [])]));
    const nodes: Named[] = [];
    for (const { id } of this.look.names ? this.graph.nodes : []) {
      const node = this.cy.getElementById(id);
      if (!node.visible() || (this.marked.get('faded')?.has(id) ?? false)) continue;
      const { x, y } = node.renderedPosition();
      if (x < -80 || y < -40 || x > view.right || y > view.bottom) continue;
      const data = node.data() as { label: string; markedLabel: string; size: number };
      const lines = wrapped(this.look.marks ? data.markedLabel : data.label);
      nodes.push({ id, lines, node: { x, y }, at: { x, y: y + (data.size / 2) * zoom + NAME_GAP }, rank: data.size });
    }
    const written = fitting(nodes, always);
    const links = this.graph.links.filter(({ id }) => this.marked.get('near')?.has(id));
    const namedLinks = new Set(links.length <= MOST_NAMED_LINKS ? links.map(({ id }) => id) : []);
    this.cy.batch(() => {
      this.mark('named', (id) => written.has(id) || namedLinks.has(id));
      for (const id of namedLinks) this.cy.getElementById(id).style({ 'font-size': (NAME_SIZE - 1) / zoom });
      for (const id of written) {
        const size = NAME_SIZE / zoom;
        this.cy.getElementById(id).style({ 'font-size': size, 'text-margin-y': NAME_GAP / zoom, 'text-max-width': `${11 * size}px`, 'text-outline-width': 2.5 / zoom });
      }
    });
  }

  place(positions: ReadonlyMap<string, Point>): void {
    this.cy.batch(() => {
      for (const [id, at] of positions) this.cy.getElementById(id).position({ ...at });
    });
  }

  show(shown: Shown | null): void {
    const ids = shown && new Set([...shown.nodes, ...shown.links]);
    this.cy.batch(() => this.mark('away', (id) => ids !== null && !ids.has(id)));
    this.write();
  }

  /** Everything but `lit` fades; the chosen one and the one under the keyboard are marked. */
  light({ lit, chosen, here, pinned }: Light): void {
    this.cy.batch(() => {
      this.mark('faded', (id) => lit !== null && !lit.has(id));
      this.mark('near', (id) => lit !== null && lit.has(id));
      this.mark('chosen', (id) => id === chosen);
      this.mark('here', (id) => id === here);
      this.mark('pinned', (id) => pinned.has(id));
    });
    this.bright = lit !== null && lit.size < MOST_NAMED;
    this.write();
  }

  /** Gives a class to the elements that are to have it, touching only those that change: there may be thousands. */
  private mark(name: string, has: (id: string) => boolean): void {
    const before = this.marked.get(name) ?? new Set<string>();
    const after = new Set<string>();
    for (const { id } of this.graph.nodes) if (has(id)) after.add(id);
    for (const { id } of this.graph.links) if (has(id)) after.add(id);
    for (const id of before) if (!after.has(id)) this.cy.getElementById(id).removeClass(name);
    for (const id of after) if (!before.has(id)) this.cy.getElementById(id).addClass(name);
    this.marked.set(name, after);
  }

  /** Looks at an area that holds all these points, with room for names at its edge. */
  private lookAt(points: readonly Point[]): void {
    const [left, top, right, bottom] = boundsOf(points);
    const [wide, high] = [this.cy.width(), this.cy.height()];
    const zoom = Math.min(1.3, Math.max(0.03, Math.min((wide - Math.min(130, wide / 5)) / (right - left + 1), (high - TOOLS - 60) / (bottom - top + 1))));
    const pan = { x: wide / 2 - ((left + right) / 2) * zoom, y: (high + TOOLS - 20) / 2 - ((top + bottom) / 2) * zoom };
    this.cy.viewport({ zoom, pan });
  }

  /** Shows all that is visible. */
  fit(): void {
    const points = [...this.points()].map(([, at]) => at);
    if (points.length === 0) return;
    this.cy.resize();
    this.lookAt(points);
  }

  zoom(factor: number): void {
    const { width, height } = { width: this.cy.width(), height: this.cy.height() };
    this.cy.zoom({ level: this.cy.zoom() * factor, renderedPosition: { x: width / 2, y: height / 2 } });
  }

  pan(x: number, y: number): void {
    this.cy.panBy({ x, y });
  }

  /** Brings a node onto the screen, near enough to read it; does nothing where it already is. */
  reveal(id: string): void {
    const node = this.cy.getElementById(id);
    if (node.empty() || !node.isNode()) return;
    if (this.cy.zoom() < TOO_FAR) this.cy.zoom(0.6);
    const { x, y } = node.renderedPosition();
    const isOn = x > 40 && y > 40 + TOOLS && x < this.cy.width() - 40 && y < this.cy.height() - 50;
    if (!isOn) this.cy.center(node);
  }

  /** The visible nodes with where they are. */
  *points(): Iterable<readonly [string, Point]> {
    for (const node of this.cy.nodes(':visible').toArray() as NodeSingular[]) yield [node.id(), node.position()];
  }

  at(id: string): Point | null {
    const node = this.cy.getElementById(id);
    return node.empty() ? null : node.position();
  }

  /** The course of a visible link: its two ends, and the point that bends it if it is bent. */
  course(id: string): { readonly from: Point; readonly to: Point; readonly bend: readonly Point[] } | null {
    const edge = this.cy.getElementById(id) as unknown as EdgeSingular;
    if (edge.empty() || !edge.visible()) return null;
    return { from: edge.sourceEndpoint(), to: edge.targetEndpoint(), bend: edge.controlPoints() ?? [] };
  }

  destroy(): void {
    this.cy.destroy();
  }
}

function styleOf({ nodes, kinds = [PLAIN_KIND], lines = [PLAIN_LINE] }: Graph, { colours, marks }: Look): StylesheetJson {
  return stylesheet(kinds, lines, colours, { large: nodes.length > LARGE, marks });
}

function elementsOf(graph: Graph, positions: ReadonlyMap<string, Point>): ElementDefinition[] {
  const { kinds = [PLAIN_KIND], lines = [PLAIN_LINE] } = graph;
  const [kindKeys, lineKeys] = [new Set(kinds.map(({ key }) => key)), new Set(lines.map(({ key }) => key))];
  const degrees = degreesOf(graph);
  const letters = lettersOf(graph);
  const sign = (marking: string | undefined): string => (marking ? `[${letters.get(marking)}]` : '');
  const nodes = graph.nodes.map((node): ElementDefinition => {
    const kind = node.kind !== undefined && kindKeys.has(node.kind) ? node.kind : kinds[0]!.key;
    const size = 2 * radiusOf(degrees.get(node.id) ?? 0);
    const markedLabel = `${node.label} ${sign(node.marking)}`.trim();
    return { group: 'nodes', data: { id: node.id, label: node.label, markedLabel, kind, size }, position: { ...(positions.get(node.id) ?? { x: 0, y: 0 }) } };
  });
  const links = graph.links.map((link): ElementDefinition => {
    const line = link.line !== undefined && lineKeys.has(link.line) ? link.line : lines[0]!.key;
    const { id, from: source, to: target, label = '', directed = true } = link;
    return { group: 'edges', data: { id, source, target, label, markedLabel: `${label} ${sign(link.marking)}`.trim(), sign: sign(link.marking), directed, line } };
  });
  return [...nodes, ...links];
}
