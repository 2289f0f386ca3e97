import { LitElement, css, html, nothing, svg, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Answer } from '../../service/api.js';
import type { CarryTable } from '../../carry/parts.js';
import { session } from '../../service/session.js';
import { dateText } from '../../service/terms.js';
import { common } from '../../style/common.js';
import { styled } from '../../style/styled.js';
import '../picture.js';
import { bars, ranged, type Drawn } from './bars.js';
import { cellWord, columnWord } from '../column.js';
import { guessed, panelsOf, type ChartSpec, type Panel } from './data.js';
import { lines } from './lines.js';
import { fillOf, hatchings } from './patterns.js';
import { say } from './words.js';

const MOST = 40; // places that are drawn before one asks for all
const TITLE = 30;
const BETWEEN = 22;

/**
 * An answer as a chart: bars beside each other or stacked, or lines over time, with its numbers written out and a
 * table with the same content.
 *
 * `chart` is what the header of the question says; without it the chart is guessed from what the columns hold. Whether
 * there is one at all, `hasChart` tells beforehand.
 */
@customElement('sluis-chart')
export class SluisChart extends LitElement {
  static override styles = [
    common,
    css`
      svg { display: block; width: 100%; overflow: visible; font-family: var(--sans); font-size: 13px; }
      text { fill: var(--ink); }
      .title { font-weight: 650; font-size: 14px; }
      .unit, .tick, .series { fill: var(--soft); font-weight: 400; }
      .tick, .unit { font-size: 12px; }
      .value { font-weight: 600; paint-order: stroke; stroke: var(--paper); stroke-width: 3px; stroke-linejoin: round; font-variant-numeric: tabular-nums; }
      text.within { fill: var(--card); font-weight: 650; stroke-width: 5px; paint-order: stroke; stroke-linejoin: round; }
      .grid { stroke: var(--line); } .zero { stroke: var(--strong-line); }
      .hatch { stroke: var(--card); stroke-width: 1.4; fill: none; opacity: 0.65; }
      .most { fill: none; stroke: var(--kind-1); stroke-dasharray: 3 2; }
      .line { fill: none; stroke-width: 2; } line.within { stroke-width: 7; opacity: 0.25; }
      .point { stroke: var(--card); stroke-width: 1; } .ending { font-weight: 600; }
      .legend { display: flex; flex-wrap: wrap; gap: 0.3rem 1rem; margin: 0 0 0.6rem; padding: 0; list-style: none; font-size: var(--small); }
      .legend svg { width: 22px; height: 14px; display: inline-block; vertical-align: -2px; margin-right: 0.4em; }
      details { margin-top: 0.8rem; } summary { cursor: pointer; min-height: var(--target); color: var(--accent); }
    `,
  ];

  @property({ attribute: false }) answer: Answer | null = null;
  @property({ attribute: false }) chart: ChartSpec | null = null;
  /** What the picture is called, in its file too. */
  @property() name = '';
  @state() private width = 0;
  @state() private whole = false;
  private readonly watch = new ResizeObserver(([entry]) => (this.width = Math.floor(entry!.contentRect.width)));

  override connectedCallback(): void {
    super.connectedCallback();
    this.watch.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.watch.disconnect();
  }

  /** The picture as it stands, for a file or a briefing. */
  get picture(): SVGSVGElement | null {
    return this.renderRoot.querySelector<SVGSVGElement>('svg.chart');
  }

  /** What the picture shows, as a table. */
  get table(): CarryTable {
    const panels = this.panels();
    const { along = '', series = '', values = [] } = this.spec() ?? {};
    const count = values.length === 1 ? columnWord(values[0]!, 'integer') : say('number');
    const many = panels.length > 1;
    const hasSeries = panels.some((panel) => panel.series.some(Boolean));
    const columns = [...(many ? [''] : []), columnWord(along), ...(hasSeries ? [series ? columnWord(series) : say('series')] : []), count];
    const rows = panels.flatMap((panel) =>
      panel.places.flatMap((place) =>
        place.marks.map((mark) => [...(many ? [panel.name] : []), place.label, ...(hasSeries ? [mark.series] : []), `${ranged(mark)} ${panel.unit}`.trim()]),
      ),
    );
    return { columns, rows };
  }

  override render(): TemplateResult | typeof nothing {
    if (!this.answer) return nothing;
    const spec = this.spec();
    const panels = this.panels();
    if (!spec || panels.length === 0) return html`<p class="soft">${say('none')}</p>`;
    const without = panels.flatMap((panel) => panel.without);
    const { columns, rows } = this.table;
    return html`<sluis-picture .name=${this.name} .banner=${this.answer.banner} .picture=${() => this.picture}>
        ${spec.form === 'stacked' ? legend(panels) : nothing}
        ${this.width > 0 ? this.drawn(spec, panels) : nothing}
      </sluis-picture>
      ${this.cutOff() ? html`<p><button @click=${() => (this.whole = true)}>${say('all', { n: Math.max(...this.every().map((panel) => panel.places.length)) })}</button></p>` : nothing}
      ${without.length > 0 ? html`<p class="soft small">${say('without', { names: without.join('; ') })}</p>` : nothing}
      <details>
        <summary>${say('table')}</summary>
        <table>
          <thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
          <tbody>${rows.map((row) => html`<tr>${row.map((cell, index) => html`<td class=${index === row.length - 1 ? 'number' : ''}>${cell}</td>`)}</tr>`)}</tbody>
        </table>
      </details>`;
  }

  private drawn(spec: ChartSpec, panels: readonly Panel[]): TemplateResult {
    let y = 0;
    const parts = panels.map((panel) => {
      const heading = [panel.name, panel.unit].filter(Boolean);
      const top = y + (heading.length > 0 ? TITLE : 0);
      const { height, picture } = draw(spec, panel, this.width);
      y = top + height + BETWEEN;
      return svg`<text x="0" y=${top - 12}><tspan class="title">${panel.name}</tspan><tspan class="unit" dx=${panel.name ? 8 : 0}>${panel.unit}</tspan></text>
        <g transform="translate(0 ${top})">${picture}</g>`;
    });
    const height = Math.max(y - BETWEEN, 1);
    return html`<svg class="chart" viewBox="0 0 ${this.width} ${height}" ${styled({ height: `${height}px` })} role="img" aria-label=${say('chart', { name: this.name })}>
      ${hatchings()}${parts}
    </svg>`;
  }

  private spec(): ChartSpec | null {
    return this.chart ?? (this.answer ? guessed(this.answer.vars, this.answer.rows) : null);
  }

  private every(): readonly Panel[] {
    const spec = this.spec();
    return spec && this.answer ? panelsOf(spec, this.answer.rows, { dutch: session.language === 'nl', label: columnWord, word: cellWord, date: dateText, nothing: say('nothing') }) : [];
  }

  private cutOff(): boolean {
    return !this.whole && this.every().some((panel) => panel.places.length > MOST);
  }

  private panels(): readonly Panel[] {
    return this.whole ? this.every() : this.every().map((panel) => ({ ...panel, places: panel.places.slice(0, MOST) }));
  }
}

/** Whether an answer can be drawn. */
export function hasChart(answer: Answer, chart: ChartSpec | null = null): boolean {
  const spec = chart ?? guessed(answer.vars, answer.rows);
  return spec !== null && panelsOf(spec, answer.rows).length > 0;
}

function draw(spec: ChartSpec, panel: Panel, width: number): Drawn {
  const line = spec.form === 'lines' ? lines(panel, width) : null;
  return line ?? bars(panel, width, { stacked: spec.form === 'stacked' });
}

function legend(panels: readonly Panel[]): TemplateResult | typeof nothing {
  const series = panels.length === 1 ? panels[0]!.series : [];
  if (series.length < 2) return nothing;
  return html`<ul class="legend">
    ${series.map((name, index) => html`<li><svg viewBox="0 0 22 14" aria-hidden="true"><rect width="22" height="14" fill=${fillOf(index, series.length)}></rect></svg>${name}</li>`)}
  </ul>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'sluis-chart': SluisChart;
  }
}
