/** The drawn network: cytoscape behind an interface of our own, so that nothing else knows it. */

import cytoscape, { type Core, type EdgeSingular, type ElementDefinition, type EventObject, type NodeSingular } from 'cytoscape';
import { degreesOf, radiusOf } from './layout.js';
import { stylesheet, PLAIN_KIND, PLAIN_LINE, type Colours } from './look.js';
import type { Graph, Point, Shown } from './model.js';

// Cytoscape puts a <style> into the document's head unless an element with this id is there, and the page's policy
// refuses inline styles. What it would say stands in the styles of sluis-graph.
const STYLE_ID = '__________cytoscape_stylesheet';

const LARGE = 400; // nodes; above it lines are straight and thin, and what moves is drawn from a picture

export interface CanvasEvents {
  chosen(id: string | null): void;
  moved(id: string, at: Point): void;
  opened(id: string): void;
}

export interface View {
  readonly names: boolean;
  readonly marks: boolean;
}

export class Canvas {
  readonly cy: Core;
  private graph: Graph;

  constructor(container: HTMLElement, graph: Graph, positions: ReadonlyMap<string, Point>, events: CanvasEvents) {
    if (!document.getElementById(STYLE_ID)) {
      const mark = document.createElement('meta');
      mark.id = STYLE_ID;
      document.head.append(mark);
    }
    this.graph = graph;
    this.cy = cytoscape({
      container,
      elements: elementsOf(graph, positions),
      layout: { name: 'preset', fit: false },
      boxSelectionEnabled: false,
      autounselectify: true,
      minZoom: 0.03,
      maxZoom: 4,
      textureOnViewport: graph.nodes.length > LARGE,
      ...(graph.nodes.length > LARGE ? { pixelRatio: 1 } : {}),
    });
    this.cy.on('tap', (event: EventObject) => events.chosen(event.target === this.cy ? null : (event.target as NodeSingular).id()));
    this.cy.on('dbltap', 'node', (event: EventObject) => events.opened((event.target as NodeSingular).id()));
    this.cy.on('dragfree', 'node', (event: EventObject) => {
      const node = event.target as NodeSingular;
      events.moved(node.id(), { ...node.position() });
    });
  }

  /** Another graph: what is in both stays as it is. */
  replace(graph: Graph, positions: ReadonlyMap<string, Point>): void {
    this.graph = graph;
    const elements = elementsOf(graph, positions);
    const wanted = new Set(elements.map((element) => element.data.id!));
    this.cy.batch(() => {
      this.cy.elements().filter((element) => !wanted.has(element.id())).remove();
      for (const element of elements) {
        const found = this.cy.getElementById(element.data.id!);
        if (found.empty()) this.cy.add(element);
        else found.data(element.data);
      }
    });
  }

  dress(colours: Colours, view: View): void {
    const { kinds = [PLAIN_KIND], lines = [PLAIN_LINE] } = this.graph;
    const large = this.graph.nodes.length > LARGE;
    this.cy.style(stylesheet(kinds, lines, colours, { large, ...view }));
  }

  place(positions: ReadonlyMap<string, Point>): void {
    this.cy.batch(() => {
      for (const [id, at] of positions) this.cy.getElementById(id).position({ ...at });
    });
  }

  show(shown: Shown | null): void {
    this.cy.batch(() => {
      this.cy.nodes().forEach((node) => void node.toggleClass('away', shown !== null && !shown.nodes.has(node.id())));
      this.cy.edges().forEach((edge) => void edge.toggleClass('away', shown !== null && !shown.links.has(edge.id())));
    });
  }

  /** Everything but `lit` fades; the chosen one and the one under the keyboard are marked. */
  light({ lit, chosen, here, pinned }: { lit: ReadonlySet<string> | null; chosen: string; here: string; pinned: ReadonlySet<string> }): void {
    this.cy.batch(() => {
      this.cy.elements().forEach((element) => {
        const id = element.id();
        element.toggleClass('faded', lit !== null && !lit.has(id));
        element.toggleClass('near', lit !== null && lit.has(id));
        element.toggleClass('chosen', id === chosen);
        element.toggleClass('here', id === here);
        element.toggleClass('pinned', pinned.has(id));
      });
    });
  }

  fit(): void {
    const elements = this.cy.elements(':visible');
    if (elements.empty()) return;
    this.cy.resize();
    this.cy.fit(elements, 36);
    if (this.cy.zoom() > 1.4) {
      this.cy.zoom(1.4);
      this.cy.center(elements);
    }
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
    const { x, y } = node.renderedPosition();
    const isOn = x > 40 && y > 40 && x < this.cy.width() - 40 && y < this.cy.height() - 50;
    if (this.cy.zoom() < 0.5) this.cy.zoom(0.8);
    else if (isOn) return;
    this.cy.center(node);
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

function elementsOf(graph: Graph, positions: ReadonlyMap<string, Point>): ElementDefinition[] {
  const { kinds = [PLAIN_KIND], lines = [PLAIN_LINE] } = graph;
  const [kindKeys, lineKeys] = [new Set(kinds.map(({ key }) => key)), new Set(lines.map(({ key }) => key))];
  const degrees = degreesOf(graph);
  const nodes = graph.nodes.map((node): ElementDefinition => {
    const kind = node.kind !== undefined && kindKeys.has(node.kind) ? node.kind : kinds[0]!.key;
    const size = 2 * radiusOf(degrees.get(node.id) ?? 0);
    const markedLabel = node.marking ? `${node.label}\n(${node.marking})` : node.label;
    return { group: 'nodes', data: { id: node.id, label: node.label, markedLabel, kind, size }, position: { ...(positions.get(node.id) ?? { x: 0, y: 0 }) } };
  });
  const links = graph.links.map((link): ElementDefinition => {
    const line = link.line !== undefined && lineKeys.has(link.line) ? link.line : lines[0]!.key;
    const { id, from: source, to: target, label = '', marking = '', directed = true } = link;
    return { group: 'edges', data: { id, source, target, label, marking, directed, line } };
  });
  return [...nodes, ...links];
}
