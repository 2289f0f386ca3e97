import { html, nothing, svg, type TemplateResult } from 'lit';
import '../marking.js';
import { OUTLINES, PATTERNS } from './look.js';
import { lettersOf, type Graph, type Kind, type Line, type Shown } from './model.js';
import { say } from './words.js';

/** The kinds and lines of which something is on screen. */
export function present(graph: Graph, shown: Shown | null): { readonly kinds: readonly Kind[]; readonly lines: readonly Line[] } {
  const { kinds = [], lines = [] } = graph;
  const drawnKinds = new Set(graph.nodes.filter(({ id }) => !shown || shown.nodes.has(id)).map(({ kind }) => keyIn(kinds, kind)));
  const drawnLines = new Set(graph.links.filter(({ id }) => !shown || shown.links.has(id)).map(({ line }) => keyIn(lines, line)));
  return { kinds: kinds.filter(({ key }) => drawnKinds.has(key)), lines: lines.filter(({ key }) => drawnLines.has(key)) };
}

function keyIn(list: readonly { readonly key: string }[], key: string | undefined): string | undefined {
  return list.some((one) => one.key === key) ? key : list[0]?.key;
}

export function legend(graph: Graph, shown: Shown | null): TemplateResult | typeof nothing {
  const { kinds, lines } = present(graph, shown);
  if (kinds.length + lines.length === 0) return nothing;
  return html`<ul class="legend" aria-label=${say('legend')}>
    ${kinds.map((kind) => html`<li>${kindSign(kind)}${kind.label}</li>`)} ${lines.map((line) => html`<li>${lineSign(line)}${line.label}</li>`)}
  </ul>`;
}

/** What the letters at nodes and links stand for. */
export function markingLegend(graph: Graph): TemplateResult | typeof nothing {
  const letters = [...lettersOf(graph)];
  if (letters.length === 0) return nothing;
  return html`<ul class="legend" aria-label=${say('markings')}>
    ${letters.map(([marking, letter]) => html`<li><b>[${letter}]</b> <sluis-marking .marking=${marking}></sluis-marking></li>`)}
  </ul>`;
}

export function kindSign(kind: Kind, size = 14): TemplateResult {
  const fill = `var(--kind-${kind.colour})`;
  const outline = kind.shape === 'circle' ? svg`<circle r="1" fill=${fill}></circle>` : svg`<polygon points=${OUTLINES[kind.shape].join(' ')} fill=${fill}></polygon>`;
  return html`<svg width=${size} height=${size} viewBox="-1.05 -1.05 2.1 2.1" aria-hidden="true">${outline}</svg>`;
}

export function lineSign({ dash }: Line): TemplateResult {
  const [colour, width] = dash === 'bold' ? ['var(--accent)', 3.4] : ['var(--strong-line)', dash === 'dotted' ? 2.2 : 1.6];
  return html`<svg width="34" height="10" viewBox="0 0 34 10" aria-hidden="true">
    <line x1="1" y1="5" x2="33" y2="5" stroke=${colour} stroke-width=${width} stroke-dasharray=${PATTERNS[dash].join(' ') || 'none'}
      stroke-linecap=${dash === 'dotted' ? 'round' : 'butt'}></line>
  </svg>`;
}
