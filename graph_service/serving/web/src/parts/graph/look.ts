/** How nodes and links look: the same outlines on the canvas, in the legend and in an exported picture. */

import type { Css, StylesheetJson } from 'cytoscape';
import type { Dash, Kind, Line, Shape } from './model.js';

/** Outlines as points from -1 to 1, clockwise from the top; a circle has none. */
export const OUTLINES: Readonly<Record<Exclude<Shape, 'circle'>, readonly (readonly [number, number])[]>> = {
  square: [[-0.86, -0.86], [0.86, -0.86], [0.86, 0.86], [-0.86, 0.86]],
  diamond: [[0, -1], [1, 0], [0, 1], [-1, 0]],
  triangle: [[0, -1], [1, 0.8], [-1, 0.8]],
  hexagon: [[-0.5, -0.9], [0.5, -0.9], [1, 0], [0.5, 0.9], [-0.5, 0.9], [-1, 0]],
  pentagon: [[0, -1], [0.98, -0.28], [0.62, 0.88], [-0.62, 0.88], [-0.98, -0.28]],
  octagon: [[-0.4, -0.95], [0.4, -0.95], [0.95, -0.4], [0.95, 0.4], [0.4, 0.95], [-0.4, 0.95], [-0.95, 0.4], [-0.95, -0.4]],
  shield: [[-0.88, -0.9], [0.88, -0.9], [0.88, 0.2], [0, 1], [-0.88, 0.2]],
  flag: [[-0.95, -0.75], [1, -0.75], [0.45, 0], [1, 0.75], [-0.95, 0.75]],
  wedge: [[-1, -0.8], [1, -0.8], [0, 1]],
};

/** Drawn for a graph that names no kinds, or lines. */
export const PLAIN_KIND: Kind = { key: '', label: '', shape: 'circle', colour: 1 };
export const PLAIN_LINE: Line = { key: '', label: '', dash: 'solid' };

/** The pattern of a dashed or dotted line, in pixels. */
export const PATTERNS: Readonly<Record<Dash, readonly number[]>> = { solid: [], bold: [], dashed: [7, 5], dotted: [1.5, 5] };

export interface Colours {
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly paper: string;
  readonly card: string;
  readonly accent: string;
  readonly kinds: readonly string[];
  readonly sans: string;
}

/** The design tokens as they stand where an element is. */
export function coloursAt(element: Element): Colours {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: token('ink'),
    soft: token('soft'),
    line: token('strong-line'),
    paper: token('paper'),
    card: token('card'),
    accent: token('accent'),
    kinds: [1, 2, 3, 4, 5, 6, 7, 8].map((n) => token(`kind-${n}`)),
    sans: token('sans'),
  };
}

export function colourOf(kind: Kind, colours: Colours): string {
  return colours.kinds[(kind.colour - 1) % colours.kinds.length]!;
}

export interface LookOptions {
  readonly large: boolean;
  readonly marks: boolean;
}

/** The canvas's styles. Data of an element: `kind`, `line`, `size`, `label`, `markedLabel`, `sign`. */
export function stylesheet(kinds: readonly Kind[], lines: readonly Line[], colours: Colours, options: LookOptions): StylesheetJson {
  return [
    { selector: 'node', style: nodeStyle(colours) },
    ...kinds.map((kind) => ({ selector: `node[kind = ${JSON.stringify(kind.key)}]`, style: kindStyle(kind, colours) })),
    { selector: 'edge', style: edgeStyle(colours, options) },
    ...lines.map((line) => ({ selector: `edge[line = ${JSON.stringify(line.key)}]`, style: lineStyle(line, colours) })),
    { selector: 'edge[?directed]', style: { 'target-arrow-shape': 'triangle', 'target-arrow-color': colours.line, 'arrow-scale': 0.85 } },
    { selector: 'edge.near', style: nearStyle(colours) },
    { selector: 'edge.named', style: { ...writtenStyle(colours), label: options.marks ? 'data(markedLabel)' : 'data(label)', color: colours.ink, 'text-rotation': 'autorotate', 'min-zoomed-font-size': 0 } },
    { selector: 'node.named', style: { label: options.marks ? 'data(markedLabel)' : 'data(label)' } },
    { selector: 'node.near', style: { 'z-index': 8 } },
    { selector: '.faded', style: { opacity: 0.16 } },
    { selector: 'node.pinned', style: { 'border-style': 'double', 'border-width': 5 } },
    { selector: 'node.chosen', style: { 'border-width': 4, 'border-color': colours.accent, 'z-index': 9, 'font-weight': 700 } },
    { selector: 'node.here', style: { 'underlay-color': colours.accent, 'underlay-opacity': 0.35, 'underlay-padding': 7, 'z-index': 10 } },
    { selector: '.away', style: { display: 'none' } },
  ];
}

function nodeStyle(colours: Colours): Css.Node {
  return {
    width: 'data(size)',
    height: 'data(size)',
    shape: 'ellipse',
    'background-color': colours.kinds[0]!,
    'border-width': 1.5,
    'border-color': colours.paper,
    color: colours.ink,
    'font-family': colours.sans,
    'font-size': 11,
    'text-valign': 'bottom',
    'text-margin-y': 3,
    'text-wrap': 'wrap',
    'text-outline-color': colours.paper,
    'text-outline-width': 2.5,
  };
}

function kindStyle(kind: Kind, colours: Colours): Css.Node {
  const fill: Css.Node = { 'background-color': colourOf(kind, colours) };
  if (kind.shape === 'circle') return fill;
  const points = OUTLINES[kind.shape].flat();
  return { ...fill, shape: 'polygon', 'shape-polygon-points': points.join(' ') };
}

function edgeStyle(colours: Colours, { large, marks }: LookOptions): Css.Edge {
  return {
    width: large ? 1 : 1.6,
    'line-color': colours.line,
    opacity: large ? 0.55 : 0.85,
    ...(large ? { 'curve-style': 'straight' } : { 'curve-style': 'bezier', 'control-point-step-size': 34 }),
    ...(marks ? { label: 'data(sign)', ...writtenStyle(colours) } : {}),
  };
}

/** Of the links that have words: each property of each link takes time, and there may be thousands. */
function writtenStyle(colours: Colours): Css.Edge {
  return {
    'font-family': colours.sans,
    'font-size': 9,
    color: colours.soft,
    'text-background-color': colours.paper,
    'text-background-opacity': 0.9,
    'text-background-padding': '1.5px',
    'min-zoomed-font-size': 7,
  };
}

function lineStyle({ dash }: Line, colours: Colours): Css.Edge {
  if (dash === 'bold') return { width: 3.4, 'line-color': colours.accent, 'target-arrow-color': colours.accent };
  if (dash === 'solid') return {};
  return { 'line-style': 'dashed', 'line-dash-pattern': [...PATTERNS[dash]], 'line-cap': dash === 'dotted' ? 'round' : 'butt', width: dash === 'dotted' ? 2.2 : 1.6 };
}

function nearStyle(colours: Colours): Css.Edge {
  return { 'line-color': colours.accent, 'target-arrow-color': colours.accent, opacity: 1, 'z-index': 7 };
}
