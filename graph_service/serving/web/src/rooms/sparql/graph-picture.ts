import { LitElement, css, html, svg, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import '../../parts/picture.js';
import { common } from '../../style/common.js';
import type { Row } from '../../service/terms.js';
import { session } from '../../service/session.js';
import { drawing, type Drawing, type Edge, type Node } from './layout.js';
import { styled } from '../../style/styled.js';
import { say } from './words.js';

/** A small graph as a picture: things are dots, texts stand in quotation marks, arrows go from subject to object. */
@customElement('sparql-graph')
export class SparqlGraph extends LitElement {
  static override styles = [
    common,
    css`
      .scroll { overflow: auto; max-height: 78vh; background: var(--card); border: 1px solid var(--line); border-radius: var(--radius); }
      svg { display: block; width: 100%; margin: 0 auto; }
      .edge { stroke: var(--strong-line); stroke-width: 1.3; fill: none; }
      .tip { fill: var(--strong-line); }
      .dot { fill: var(--kind-1); }
      text { font: 12px var(--sans); fill: var(--ink); text-anchor: middle; paint-order: stroke; stroke: var(--card); stroke-width: 4px; stroke-linejoin: round; }
      .name { font-size: 10.5px; fill: var(--soft); }
      .words { font-style: italic; }
    `,
  ];

  @property({ attribute: false }) rows: readonly Row[] = [];
  @property() banner = '';

  override render(): TemplateResult {
    const drawn = drawing(this.rows, session.language);
    return html`<sluis-picture name=${say('graph')} banner=${this.banner} .picture=${() => this.renderRoot.querySelector('svg')}>${this.picture(drawn)}</sluis-picture>`;
  }

  private picture({ nodes, edges, box }: Drawing): TemplateResult {
    return html`<div class="scroll" tabindex="0" role="group" aria-label=${say('graph')}><svg ${styled({ 'min-width': `${Math.round(box[2] * 0.85)}px`, 'max-width': `${Math.round(box[2] * 1.15)}px` })} viewBox=${box.join(' ')} role="img" aria-label=${say('pictureAlt', { n: nodes.length })}>
      ${edges.map(line)} ${edges.map(nameOf)} ${nodes.map(dot)}
    </svg></div>`;
  }
}

function line({ source, target }: Edge): TemplateResult {
  const [dx, dy] = [target.x - source.x, target.y - source.y];
  const length = Math.hypot(dx, dy) || 1;
  const [ux, uy] = [dx / length, dy / length];
  const [x, y] = [target.x - ux * 11, target.y - uy * 11];
  const side = (turn: number): string => `${x - ux * 8 - uy * turn} ${y - uy * 8 + ux * turn}`;
  return svg`<path class="edge" d="M ${source.x} ${source.y} L ${x} ${y}"></path><path class="tip" d="M ${x} ${y} L ${side(3.5)} L ${side(-3.5)} Z"></path>` as unknown as TemplateResult;
}

function nameOf({ source, target, label }: Edge): TemplateResult {
  return svg`<text class="name" x=${(source.x + target.x) / 2} y=${(source.y + target.y) / 2 + 3}>${label}</text>` as unknown as TemplateResult;
}

function dot({ x, y, label, isText }: Node): TemplateResult {
  if (isText) return svg`<text class="words" x=${x} y=${y + 4}>“${label}”</text>` as unknown as TemplateResult;
  return svg`<circle class="dot" cx=${x} cy=${y} r="6.5"></circle><text x=${x} y=${y + 21}>${label}</text>` as unknown as TemplateResult;
}

declare global {
  interface HTMLElementTagNameMap {
    'sparql-graph': SparqlGraph;
  }
}
