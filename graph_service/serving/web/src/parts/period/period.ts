import { LitElement, css, html, nothing, svg, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { dateText } from '../../service/terms.js';
import { common } from '../../style/common.js';
import { isDated, stopAt, stopsOf, written, type Stated, type Stop } from './scale.js';
import { say } from './words.js';

const HEIGHT = 34;

export interface PeriodChange {
  readonly from: string;
  readonly until: string;
  readonly undated: boolean;
}

/**
 * A choice of a period, with two handles over the months in which something begins or ends.
 *
 * @fires period - `detail` is a PeriodChange; an empty date is no limit
 */
@customElement('sluis-period')
export class SluisPeriod extends LitElement {
  static override styles = [
    common,
    css`
      :host { min-width: 0; }
      fieldset { border: 0; margin: 0; padding: 0; min-width: 0; }
      legend { padding: 0; font-size: var(--small); font-weight: 600; }
      .said { font-weight: 400; color: var(--soft); margin-left: 0.5em; }
      .slider { position: relative; height: 3.4rem; margin: 0.1rem 0.55rem 0; }
      svg { position: absolute; inset: 0 0 auto 0; width: 100%; height: 34px; display: block; }
      .bar { fill: var(--strong-line); } .bar.in { fill: var(--accent); }
      .gap { stroke: var(--strong-line); stroke-width: 1.5; stroke-dasharray: 2 3; }
      .rail { position: absolute; left: 0; right: 0; top: 40px; height: 3px; border-radius: 2px; background: var(--line); }
      input[type='range'] {
        position: absolute; left: -0.55rem; width: calc(100% + 1.1rem); max-width: none; top: 29px; height: 24px; min-height: 0; margin: 0; padding: 0;
        background: none; border: 0; appearance: none; pointer-events: none;
      }
      input[type='range']::-webkit-slider-runnable-track { background: none; height: 24px; }
      input[type='range']::-moz-range-track { background: none; }
      input[type='range']::-webkit-slider-thumb {
        appearance: none; pointer-events: auto; width: 1.1rem; height: 24px; border-radius: 5px; border: 2px solid var(--card); background: var(--accent); cursor: ew-resize;
      }
      input[type='range']::-moz-range-thumb { pointer-events: auto; width: 1.1rem; height: 24px; border-radius: 5px; border: 2px solid var(--card); background: var(--accent); cursor: ew-resize; }
      input[type='range']:focus-visible { outline: none; }
      input[type='range']:focus-visible::-webkit-slider-thumb { outline: 3px solid var(--accent); outline-offset: 1px; }
      input[type='range']:focus-visible::-moz-range-thumb { outline: 3px solid var(--accent); outline-offset: 1px; }
      .years { position: relative; height: 1.1rem; margin: 0 0.55rem; font-size: var(--tiny); color: var(--soft); font-variant-numeric: tabular-nums; }
      .years svg { height: 1.1rem; overflow: visible; }
      .years text { fill: var(--soft); font-size: 11px; }
      .row { margin-top: 0.2rem; font-size: var(--small); }
      .row button { font-size: var(--small); }
    `,
  ];

  /** The periods of what is shown, each as its source states it. */
  @property({ attribute: false }) periods: readonly Stated[] = [];
  @property() from = '';
  @property() until = '';
  /** Whether what has no date is shown too. */
  @property({ type: Boolean }) undated = true;

  private stops: readonly Stop[] = [];
  private without = 0;
  private width = 600;
  private readonly sized = new ResizeObserver(([entry]) => {
    this.width = Math.max(200, (entry?.contentRect.width ?? 600) - 18);
    this.requestUpdate();
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.sized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sized.disconnect();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('periods')) return;
    this.stops = stopsOf(this.periods);
    this.without = this.periods.filter((period) => !isDated(period)).length;
  }

  private get range(): readonly [number, number] {
    const low = this.from ? stopAt(this.stops, this.from, 'first') : 0;
    const high = this.until ? stopAt(this.stops, this.until, 'last') : this.stops.length - 1;
    return [low, Math.max(low, high)];
  }

  private change(low: number, high: number, undated = this.undated): void {
    const last = this.stops.length - 1;
    const detail: PeriodChange = {
      from: low <= 0 ? '' : written(this.stops[low]!.first),
      until: high >= last ? '' : written(this.stops[high]!.last),
      undated,
    };
    this.dispatchEvent(new CustomEvent('period', { detail }));
  }

  private moved(which: 'low' | 'high', event: Event): void {
    const input = event.target as HTMLInputElement;
    const [low, high] = this.range;
    const at = which === 'low' ? Math.min(Number(input.value), high) : Math.max(Number(input.value), low);
    input.value = String(at); // one handle does not pass the other
    if (which === 'low') this.change(at, high);
    else this.change(low, at);
  }

  override render(): TemplateResult {
    if (this.stops.length === 0) return html`<p class="small soft">${say('noDates')}</p>`;
    const [low, high] = this.range;
    const isWhole = low === 0 && high === this.stops.length - 1;
    return html`<fieldset>
      <legend>${say('period')}<span class="said">${isWhole ? say('all') : `${this.said(low, 'first')} – ${this.said(high, 'last')}`}</span></legend>
      <div class="slider">
        ${this.histogram(low, high)}
        <div class="rail"></div>
        ${this.handle('low', low, say('from'), this.said(low, 'first'))} ${this.handle('high', high, say('until'), this.said(high, 'last'))}
      </div>
      <div class="years" aria-hidden="true">${this.years()}</div>
      <div class="row spread">
        ${this.without > 0
          ? html`<label><input type="checkbox" .checked=${this.undated} @change=${() => this.change(low, high, !this.undated)} />${say('undated', { n: this.without })}</label>`
          : html`<span></span>`}
        ${isWhole ? nothing : html`<button @click=${() => this.change(0, this.stops.length - 1)}>${say('all')}</button>`}
      </div>
    </fieldset>`;
  }

  private handle(which: 'low' | 'high', at: number, label: string, said: string): TemplateResult {
    return html`<input
      type="range"
      min="0"
      max=${this.stops.length - 1}
      .value=${String(at)}
      aria-label=${label}
      aria-valuetext=${said}
      @input=${(event: Event) => this.moved(which, event)}
    />`;
  }

  private said(at: number, end: 'first' | 'last'): string {
    const stop = this.stops[at]!;
    const month = (one: number): string => dateText(written(one));
    return stop.isGap ? say('quiet', { from: month(stop.first), until: month(stop.last) }) : month(stop[end]);
  }

  private x(at: number): number {
    return this.stops.length < 2 ? this.width / 2 : (at / (this.stops.length - 1)) * this.width;
  }

  private histogram(low: number, high: number): TemplateResult {
    const most = Math.max(1, ...this.stops.map(({ count }) => count));
    const wide = Math.max(1.5, Math.min(9, this.width / this.stops.length - 1));
    return html`<svg viewBox="0 0 ${this.width} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
      ${this.stops.map((stop, at) => {
        if (stop.isGap) return svg`<line class="gap" x1=${this.x(at) - 7} x2=${this.x(at) + 7} y1=${HEIGHT - 2} y2=${HEIGHT - 2}></line>`;
        if (stop.count === 0) return nothing;
        const height = 3 + (HEIGHT - 5) * Math.sqrt(stop.count / most);
        return svg`<rect class=${at >= low && at <= high ? 'bar in' : 'bar'} x=${this.x(at) - wide / 2} y=${HEIGHT - height} width=${wide} height=${height}></rect>`;
      })}
    </svg>`;
  }

  /** The years under the slider, as many as fit. */
  private years(): TemplateResult {
    const marks = this.stops.flatMap((stop, at) => (!stop.isGap && (at === 0 || this.stops[at - 1]!.isGap || stop.first % 12 === 0) ? [{ x: this.x(at), year: Math.floor(stop.first / 12) }] : []));
    const kept: typeof marks = [];
    for (const mark of marks) if (mark.x - (kept.at(-1)?.x ?? -99) > 42 && mark.year !== kept.at(-1)?.year) kept.push(mark);
    return html`<svg viewBox="0 0 ${this.width} 16" preserveAspectRatio="none" width="100%">
      ${kept.map(({ x, year }) => svg`<text x=${x} y="11" text-anchor="middle">${year}</text>`)}
    </svg>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sluis-period': SluisPeriod;
  }
}
