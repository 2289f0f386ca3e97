import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { dateText } from '../../service/terms.js';
import { common } from '../../style/common.js';
import { styled } from '../../style/styled.js';
import { card, cardStyle, heapCard } from './card.js';
import { sideOf, timeline, type Picture } from './draw.js';
import type { Eras } from './eras.js';
import type { Item } from './items.js';
import { around, moved, scaled, type Window } from './window.js';
import { say } from './words.js';

const LINGER = 220; // ms in which the pointer may move from a mark to its card

interface Shown {
  readonly items: readonly Item[];
  readonly left: number;
  readonly top: number;
}

/**
 * The picture of a timeline, moved by dragging, wheel and keys.
 *
 * @fires window - the window is to be another: the detail is a `Window`
 */
@customElement('timeline-picture')
export class TimelinePicture extends LitElement {
  static override styles = [
    common,
    cardStyle,
    css`
      :host { position: relative; }
      .frame { outline-offset: 4px; border-radius: 4px; }
      svg { display: block; width: 100%; touch-action: pan-y; cursor: grab; font: 12.5px var(--sans); user-select: none; }
      svg.held { cursor: grabbing; }
      text { fill: var(--ink); }
      .tick { fill: var(--soft); font-size: 12px; } .count { fill: var(--soft); font-weight: 400; }
      .grid { stroke: var(--line); opacity: 0.6; } .year { stroke: var(--line); } .rule { stroke: var(--line); }
      .lane-name { font-weight: 650; font-size: 12.5px; paint-order: stroke; stroke: var(--paper); stroke-width: 4px; }
      .label { paint-order: stroke; stroke: var(--paper); stroke-width: 2px; stroke-opacity: 0.6; stroke-linejoin: round; }
      .open { stroke-width: 2; stroke-dasharray: 1 5; stroke-linecap: round; opacity: 0.7; } .grasp { fill: transparent; } .sure { opacity: 0.3; }
      .words { pointer-events: none; } .thing:hover + .words .label, .thing:focus + .words .label { text-decoration: underline; }
      .thing:focus { outline: none; } .thing:focus-visible .grasp { stroke: var(--accent); stroke-width: 2.5; }
      .point { stroke: var(--paper); stroke-width: 1; }
      .heap { cursor: pointer; } .heap text { fill: var(--card); font-weight: 650; font-size: 12px; }
      .break { fill: var(--paper); } .break-edge { fill: none; stroke: var(--strong-line); stroke-width: 1; opacity: 0.7; }
    `,
  ];

  @property({ attribute: false }) items: readonly Item[] = [];
  @property({ attribute: false }) eras!: Eras;
  @property({ attribute: false }) shown: Window = { from: 0, until: 1 };
  @state() private width = 0;
  @state() private card: Shown | null = null;
  @state() private current = '';
  private keys: readonly string[] = [];
  private held: { readonly x: number; readonly window: Window; isMoved: boolean } | null = null;
  private lingering = 0;
  private readonly watch = new ResizeObserver(([entry]) => (this.width = Math.floor(entry!.contentRect.width)));

  override connectedCallback(): void {
    super.connectedCallback();
    this.watch.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.watch.disconnect();
    window.clearTimeout(this.lingering);
  }

  get picture(): SVGSVGElement | null {
    return this.renderRoot.querySelector<SVGSVGElement>('svg.timeline');
  }

  override render(): TemplateResult {
    if (this.width === 0) return html``;
    const { height, picture, keys } = this.drawn();
    this.keys = keys;
    const [from, until] = [this.shown.from, this.shown.until].map((dense) => dateText(new Date(this.eras.toTime(dense)).toISOString().slice(0, 10)));
    return html`<div class="frame" tabindex="0" role="group" aria-label=${say('picture', { n: this.items.length, from: from!, until: until! })} aria-describedby="keys" @keydown=${this.key}>
        <svg class="timeline" viewBox="0 0 ${this.width} ${height}" ${styled({ height: `${height}px` })}
          @pointerdown=${this.take} @pointermove=${this.drag} @pointerup=${this.release} @pointercancel=${this.release} @wheel=${this.wheel}
          @pointerover=${this.over} @pointerout=${this.linger} @focusin=${this.focused} @click=${this.pressed}>${picture}</svg>
      </div>
      ${this.card ? this.cardAt(this.card) : nothing}
      <p id="keys" class="soft small no-print">${say('keys')}</p>`;
  }

  /** How wide the axis is. */
  private get plot(): number {
    return Math.max(1, this.width - sideOf(this.width));
  }

  private drawn(): Picture {
    return timeline({ items: this.items, eras: this.eras, shown: this.shown, width: this.width }, (items, at) => this.show(items, at));
  }

  private cardAt({ items, left, top }: Shown): TemplateResult {
    const closer = (): void => {
      const times = items.map((item) => item.time);
      const part = { from: this.eras.toDense(Math.min(...times.map((time) => time.from))), until: this.eras.toDense(Math.max(...times.map((time) => time.until))) };
      const wide = this.shown.until - this.shown.from;
      // Where that would come no closer, as where a thing of the heap lasts long, closer is closer by half.
      this.tell(part.until - part.from < wide * 0.7 ? around(part, this.eras.length) : scaled(this.shown, 0.5, Math.max(0, left - sideOf(this.width)) / this.plot, this.eras.length));
      this.card = null;
    };
    return html`<div class="card-at no-print" ${styled({ left: `${left}px`, top: `${top}px` })} @pointerenter=${() => window.clearTimeout(this.lingering)}
      @pointerleave=${this.linger} @keydown=${(event: KeyboardEvent) => event.key === 'Escape' && (this.card = null)}>
      ${items.length === 1 ? card(items[0]!) : heapCard(items, closer)}
    </div>`;
  }

  private show(items: readonly Item[], at: Element): void {
    window.clearTimeout(this.lingering);
    const box = at.getBoundingClientRect();
    const own = this.getBoundingClientRect();
    const wide = Math.min(368, own.width - 16);
    const left = Math.max(0, Math.min(Math.max(box.left - own.left, 0), own.width - wide - 8));
    this.card = { items, left, top: box.bottom - own.top + 3 };
  }

  private readonly linger = (): void => {
    window.clearTimeout(this.lingering);
    if (this.card && this.card.items.length > 1) return; // a heap stays open until something else is chosen
    this.lingering = window.setTimeout(() => (this.card = null), LINGER);
  };

  private itemAt(target: EventTarget | null): readonly [Item, Element] | null {
    const thing = (target as Element | null)?.closest?.<SVGElement>('.thing');
    const item = thing && this.items.find((one) => one.key === thing.dataset['key']);
    return item ? [item, thing.querySelector('.grasp') ?? thing] : null;
  }

  private readonly over = (event: PointerEvent): void => {
    const found = event.pointerType === 'mouse' && !this.held ? this.itemAt(event.target) : null;
    if (found) this.show([found[0]], found[1]);
  };

  private readonly focused = (event: FocusEvent): void => {
    const found = this.itemAt(event.target);
    if (!found) return;
    this.current = found[0].key;
    this.show([found[0]], found[1]);
  };

  private readonly take = (event: PointerEvent): void => {
    if (event.button === 0) this.held = { x: event.clientX, window: this.shown, isMoved: false };
  };

  private readonly drag = (event: PointerEvent): void => {
    const { held } = this;
    if (!held || (!held.isMoved && Math.abs(event.clientX - held.x) < 4)) return;
    if (!held.isMoved) {
      held.isMoved = true;
      this.card = null;
      this.picture?.setPointerCapture(event.pointerId);
      this.picture?.classList.add('held');
    }
    this.tell(moved(held.window, (held.x - event.clientX) / this.plot, this.eras.length));
  };

  private readonly release = (): void => {
    this.picture?.classList.remove('held');
    const isMoved = this.held?.isMoved ?? false;
    this.held = null;
    if (isMoved) this.picture?.addEventListener('click', (event) => event.preventDefault(), { capture: true, once: true });
  };

  private readonly pressed = (event: MouseEvent): void => {
    if (!this.itemAt(event.target) && !(event.target as Element).closest('.heap')) this.card = null;
  };

  /** Plain scrolling belongs to the page; with Ctrl, or two fingers, one comes closer. */
  private readonly wheel = (event: WheelEvent): void => {
    const along = event.shiftKey ? event.deltaY : event.deltaX;
    if (!event.ctrlKey && !event.metaKey && Math.abs(along) <= Math.abs(event.shiftKey ? 0 : event.deltaY)) return;
    event.preventDefault();
    const box = this.picture!.getBoundingClientRect();
    if (event.ctrlKey || event.metaKey) this.tell(scaled(this.shown, Math.exp(event.deltaY * 0.002), Math.max(0, event.clientX - box.left - sideOf(this.width)) / this.plot, this.eras.length));
    else this.tell(moved(this.shown, along / this.plot, this.eras.length));
  };

  private readonly key = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { shown, eras: { length } } = this;
    const windows: Readonly<Record<string, () => Window>> = {
      ArrowLeft: () => moved(shown, -0.15, length),
      ArrowRight: () => moved(shown, 0.15, length),
      '+': () => scaled(shown, 0.7, 0.5, length),
      '=': () => scaled(shown, 0.7, 0.5, length),
      '-': () => scaled(shown, 1 / 0.7, 0.5, length),
      Home: () => ({ from: 0, until: length }),
    };
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') this.card = null;
    else if (step) this.step(step);
    else if (windows[event.key]) this.tell(windows[event.key]!());
    else return;
    event.preventDefault();
  };

  /** To the next thing in the order of time that has a mark, or the one before. */
  private step(by: number): void {
    const at = this.keys.indexOf(this.current);
    const next = this.keys[at < 0 ? (by > 0 ? 0 : this.keys.length - 1) : Math.max(0, Math.min(this.keys.length - 1, at + by))];
    this.renderRoot.querySelector<SVGElement>(`.thing[data-key="${next}"]`)?.focus();
  }

  private tell(window: Window): void {
    this.dispatchEvent(new CustomEvent('window', { detail: window }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'timeline-picture': TimelinePicture;
  }
}
