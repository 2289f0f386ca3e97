import { LitElement, css, html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { dateText } from '../../service/terms.js';
import { common } from '../../style/common.js';
import type { Eras } from './eras.js';
import type { Item } from './items.js';
import { moved, within, type Window } from './window.js';
import { say } from './words.js';

const TALL = 46;
const BINS = 120;

type Grip = 'from' | 'until' | 'all';

/**
 * The whole time in a strip, with what is shown of it as a window: drawn anew, moved, or made wider at its edges.
 *
 * @fires window - the window is to be another: the detail is a `Window`
 */
@customElement('timeline-overview')
export class TimelineOverview extends LitElement {
  static override styles = [
    common,
    css`
      svg { display: block; width: 100%; height: 46px; touch-action: none; cursor: crosshair; }
      .ground { fill: var(--foam); opacity: 0.55; }
      .count { fill: var(--strong-line); opacity: 0.75; }
      .break { fill: var(--paper); } .break-line { stroke: var(--strong-line); stroke-dasharray: 2 3; }
      .out { fill: var(--paper); opacity: 0.72; }
      .window { fill: transparent; stroke: var(--accent); cursor: grab; }
      .grip rect { fill: var(--accent); } .grip { cursor: ew-resize; outline-offset: 1px; }
      .grip .reach { fill: transparent; }
      text { font: 11px var(--sans); fill: var(--soft); }
    `,
  ];

  @property({ attribute: false }) items: readonly Item[] = [];
  @property({ attribute: false }) eras!: Eras;
  @property({ attribute: false }) shown: Window = { from: 0, until: 1 };
  @state() private width = 0;
  private held: { readonly grip: Grip | 'new'; readonly at: number; readonly window: Window } | null = null;
  private readonly watch = new ResizeObserver(([entry]) => (this.width = Math.floor(entry!.contentRect.width)));

  override connectedCallback(): void {
    super.connectedCallback();
    this.watch.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.watch.disconnect();
  }

  override render(): TemplateResult {
    const { eras, width, shown } = this;
    const x = (dense: number): number => (dense / eras.length) * width;
    const [left, right] = [x(shown.from), Math.max(x(shown.until), x(shown.from) + 4)];
    return html`<svg viewBox="0 0 ${width || 1} ${TALL}" role="group" aria-label=${say('overview')}
      @pointerdown=${this.take} @pointermove=${this.drag} @pointerup=${this.release} @pointercancel=${this.release}>
      <rect class="ground" width=${width} height="32"></rect>
      ${this.bars()}
      ${eras.breaks.map((one) => svg`<rect class="break" x=${x(one.at)} width=${x(one.length)} height="32"></rect>
        <line class="break-line" x1=${x(one.at + one.length / 2)} x2=${x(one.at + one.length / 2)} y2="32"></line>`)}
      <rect class="out" width=${left} height="32"></rect>
      <rect class="out" x=${right} width=${Math.max(0, width - right)} height="32"></rect>
      <rect class="window" x=${left + 0.5} y="0.5" width=${Math.max(right - left - 1, 2)} height="31"></rect>
      ${this.grip('from', left)}${this.grip('until', right)}
      ${this.years(x)}
    </svg>`;
  }

  private bars(): readonly SVGTemplateResult[] {
    const { eras, width } = this;
    const bins = new Array<number>(BINS).fill(0);
    for (const item of this.items) {
      const middle = eras.toDense((item.time.from + (item.isPeriod ? item.time.from : item.time.until)) / 2);
      bins[Math.min(BINS - 1, Math.floor((middle / eras.length) * BINS))]! += 1;
    }
    const most = Math.max(1, ...bins);
    const wide = width / BINS;
    return bins.map((count, index) => svg`<rect class="count" x=${index * wide} y=${32 - Math.sqrt(count / most) * 28} width=${Math.max(wide - 1, 1)} height=${Math.sqrt(count / most) * 28}></rect>`);
  }

  private years(x: (dense: number) => number): readonly SVGTemplateResult[] {
    const ticks = this.eras.ticks(0, this.eras.length, (this.eras.length / Math.max(this.width, 1)) * 60);
    let end = -Infinity;
    return ticks.flatMap((tick) => {
      const at = x(tick.at);
      if (at - end < 34 || at > this.width - 14) return [];
      end = at;
      return [svg`<text x=${at} y="44" text-anchor=${at < 14 ? 'start' : 'middle'}>${tick.time.getUTCFullYear()}</text>`];
    });
  }

  private grip(grip: 'from' | 'until', at: number): SVGTemplateResult {
    const time = new Date(this.eras.toTime(this.shown[grip]));
    const share = Math.round((this.shown[grip] / this.eras.length) * 100);
    return svg`<g class="grip" data-grip=${grip} role="slider" tabindex="0" aria-label=${say(grip === 'from' ? 'windowFrom' : 'windowUntil')}
      aria-valuemin="0" aria-valuemax="100" aria-valuenow=${share} aria-valuetext=${dateText(time.toISOString().slice(0, 10))} @keydown=${(event: KeyboardEvent) => this.key(event, grip)}>
      <rect class="reach" x=${at - 12} width="24" height="32"></rect><rect x=${at - 2.5} y="4" width="5" height="24" rx="2.5"></rect>
    </g>`;
  }

  private readonly take = (event: PointerEvent): void => {
    const target = event.target as SVGElement;
    const held = target.closest<SVGElement>('[data-grip]')?.dataset['grip'] as Grip | undefined;
    const grip = held ?? (target.classList.contains('window') && this.shown.until - this.shown.from < this.eras.length * 0.999 ? 'all' : 'new');
    (event.currentTarget as SVGElement).setPointerCapture(event.pointerId);
    this.held = { grip, at: this.dense(event), window: this.shown };
  };

  private readonly drag = (event: PointerEvent): void => {
    const { held } = this;
    if (!held) return;
    const at = this.dense(event);
    const { length } = this.eras;
    if (held.grip === 'all') this.tell(moved(held.window, (at - held.at) / (held.window.until - held.window.from), length));
    else if (held.grip === 'new' && Math.abs(at - held.at) > length * 0.008) this.tell({ from: Math.min(at, held.at), until: Math.max(at, held.at) });
    else if (held.grip === 'from') this.tell({ from: Math.min(at, held.window.until - length * 0.01), until: held.window.until });
    else if (held.grip === 'until') this.tell({ from: held.window.from, until: Math.max(at, held.window.from + length * 0.01) });
  };

  private readonly release = (): void => {
    this.held = null;
  };

  private key(event: KeyboardEvent, grip: 'from' | 'until'): void {
    const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -5, PageUp: 5 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const { length } = this.eras;
    const wanted = this.shown[grip] + (step * length) / 100;
    const { from, until } = this.shown;
    this.tell(grip === 'from' ? { from: Math.min(wanted, until - length / 100), until } : { from, until: Math.max(wanted, from + length / 100) });
  }

  private dense(event: PointerEvent): number {
    const box = this.renderRoot.querySelector('svg')!.getBoundingClientRect();
    return Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)) * this.eras.length;
  }

  private tell(window: Window): void {
    const clamped = { from: Math.max(0, window.from), until: Math.min(this.eras.length, window.until) };
    this.dispatchEvent(new CustomEvent('window', { detail: within(clamped, this.eras.length) }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'timeline-overview': TimelineOverview;
  }
}
