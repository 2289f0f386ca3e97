/** The network as SVG: from the places on screen, with the same outlines, names as text, and the legend inside it. */

import type { Canvas } from './canvas.js';
import { radiusOf, degreesOf } from './layout.js';
import { present } from './legend.js';
import { OUTLINES, PATTERNS, PLAIN_KIND, PLAIN_LINE, colourOf, type Colours } from './look.js';
import { wrapped } from './naming.js';
import { boundsOf, lettersOf, type Graph, type Kind, type Line, type Point, type Shown } from './model.js';

const SVG = 'http://www.w3.org/2000/svg';
const MARGIN = 48;
const LEGEND_LINE = 20;

interface Drawing {
  readonly graph: Graph;
  readonly shown: Shown | null;
  readonly canvas: Canvas | null;
  readonly colours: Colours;
  readonly marks: boolean;
  readonly lit: ReadonlySet<string> | null;
}

type Attributes = Readonly<Record<string, string | number>>;

function part<K extends keyof SVGElementTagNameMap>(tag: K, attributes: Attributes, text = ''): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, typeof value === 'number' ? String(Math.round(value * 100) / 100) : value);
  if (text) element.textContent = text;
  return element;
}

export function drawn(drawing: Drawing): SVGSVGElement {
  const { graph, shown, canvas, colours } = drawing;
  const degrees = degreesOf(graph);
  const letters = lettersOf(graph);
  const sign = (marking: string | undefined): string => (drawing.marks && marking ? `[${letters.get(marking)}]` : '');
  const picture = part('svg', { xmlns: SVG, 'font-family': colours.sans });
  const places = new Map([...(canvas?.points() ?? [])]);
  const [leftmost, highest, rightmost, lowest] = boundsOf([...places.values()]);
  const [left, top, right, bottom] = [leftmost - 2 * MARGIN, highest - MARGIN, rightmost + 2 * MARGIN, lowest + MARGIN];
  const [kinds, lines] = [graph.kinds ?? [PLAIN_KIND], graph.lines ?? [PLAIN_LINE]];
  for (const link of graph.links) {
    const course = canvas?.course(link.id);
    if (course && (!shown || shown.links.has(link.id))) {
      const line = lines.find(({ key }) => key === link.line) ?? lines[0]!;
      picture.append(linkOf(course, line, colours, { directed: link.directed ?? true, faded: isFaded(drawing, link.id) }));
      const words = [drawing.lit?.has(link.id) ? link.label : '', sign(link.marking)].filter(Boolean).join(' ');
      if (words) picture.append(written(words, middle(course), 9, colours.soft, colours.paper));
    }
  }
  for (const node of graph.nodes) {
    const at = places.get(node.id);
    if (!at) continue;
    const kind = kinds.find(({ key }) => key === node.kind) ?? kinds[0]!;
    const radius = radiusOf(degrees.get(node.id) ?? 0);
    const group = part('g', isFaded(drawing, node.id) ? { opacity: 0.2 } : {});
    group.append(outlineOf(kind, at, radius, colours));
    wrapped(`${node.label} ${sign(node.marking)}`.trim()).forEach((text, n) => group.append(written(text, { x: at.x, y: at.y + radius + 12 + 12 * n }, 11, colours.ink, colours.paper)));
    picture.append(group);
  }
  const width = Math.max(right - left, 560);
  const rows = legendOf(drawing, { left, top: bottom + 24, width });
  picture.append(...rows.parts);
  picture.setAttribute('viewBox', [left, top, width, bottom + 24 + rows.height - top].map(Math.round).join(' '));
  return picture;
}

function isFaded({ lit }: Drawing, id: string): boolean {
  return lit !== null && !lit.has(id);
}

type Course = NonNullable<ReturnType<Canvas['course']>>;

function middle({ from, to, bend }: Course): Point {
  const [x, y] = [(from.x + to.x) / 2, (from.y + to.y) / 2];
  const over = bend[0];
  return over ? { x: (x + over.x) / 2, y: (y + over.y) / 2 } : { x, y };
}

function linkOf({ from, to, bend }: Course, { dash }: Line, colours: Colours, { directed, faded }: { directed: boolean; faded: boolean }): SVGGElement {
  const colour = dash === 'bold' ? colours.accent : colours.line;
  const group = part('g', { stroke: colour, fill: 'none', opacity: faded ? 0.15 : 0.9 });
  const through = bend.length === 2 ? `C${xy(bend[0]!)} ${xy(bend[1]!)} ` : bend.length > 0 ? `Q${xy(bend[0]!)} ` : 'L';
  const width = dash === 'bold' ? 3.4 : dash === 'dotted' ? 2.2 : 1.6;
  const pattern: Attributes = dash === 'dashed' || dash === 'dotted' ? { 'stroke-dasharray': PATTERNS[dash].join(' '), 'stroke-linecap': dash === 'dotted' ? 'round' : 'butt' } : {};
  group.append(part('path', { d: `M${xy(from)} ${through}${xy(to)}`, 'stroke-width': width, ...pattern }));
  if (directed) {
    const before = bend.at(-1) ?? from;
    const turn = Math.atan2(to.y - before.y, to.x - before.x);
    const corner = (side: number): Point => ({ x: to.x - 8 * Math.cos(turn + side), y: to.y - 8 * Math.sin(turn + side) });
    group.append(part('path', { d: `M${xy(to)} L${xy(corner(0.42))} L${xy(corner(-0.42))} Z`, fill: colour, stroke: 'none' }));
  }
  return group;
}

function xy({ x, y }: Point): string {
  return `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
}

function outlineOf(kind: Kind, at: Point, radius: number, colours: Colours): SVGElement {
  const fill = { fill: colourOf(kind, colours), stroke: colours.paper, 'stroke-width': 1.5 };
  if (kind.shape === 'circle') return part('circle', { cx: at.x, cy: at.y, r: radius, ...fill });
  return part('polygon', { points: OUTLINES[kind.shape].map(([x, y]) => xy({ x: at.x + x * radius, y: at.y + y * radius })).join(' '), ...fill });
}

function written(words: string, at: Point, size: number, colour: string, ground: string, anchor = 'middle'): SVGTextElement {
  return part('text', { x: at.x, y: at.y, 'font-size': size, fill: colour, 'text-anchor': anchor, stroke: ground, 'stroke-width': 2.5, 'paint-order': 'stroke', 'stroke-linejoin': 'round' }, words);
}

function legendOf({ graph, shown, colours, marks }: Drawing, { left, top, width }: { left: number; top: number; width: number }): { readonly parts: readonly SVGElement[]; readonly height: number } {
  const { kinds, lines } = present(graph, shown);
  const parts: SVGElement[] = [];
  let [x, y] = [left + 12, top];
  const entry = (label: string, sign: (at: Point) => SVGElement): void => {
    const room = 48 + label.length * 6.2;
    if (x + room > left + width && x > left + 12) [x, y] = [left + 12, y + LEGEND_LINE];
    parts.push(sign({ x: x + 14, y: y - 4 }), written(label, { x: x + 34, y }, 11, colours.ink, colours.paper, 'start'));
    x += room;
  };
  for (const kind of kinds) entry(kind.label, (at) => outlineOf(kind, at, 7, colours));
  for (const line of lines) entry(line.label, ({ x, y }) => linkOf({ from: { x: x - 14, y }, to: { x: x + 14, y }, bend: [] }, line, colours, { directed: false, faded: false }));
  for (const [marking, letter] of marks ? lettersOf(graph) : []) entry(marking, ({ x, y }) => written(`[${letter}]`, { x, y: y + 4 }, 11, colours.ink, colours.paper));
  return { parts, height: parts.length > 0 ? y - top + LEGEND_LINE : 0 };
}
