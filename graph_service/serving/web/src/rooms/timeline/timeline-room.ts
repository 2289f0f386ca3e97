import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { CarryPart } from '../../carry/parts.js';
import { Asked } from '../../parts/asked.js';
import '../../parts/marking.js';
import '../../parts/picture.js';
import '../../parts/state.js';
import '../../parts/table/sluis-table.js';
import '../../parts/thing-picker.js';
import type { Picked } from '../../parts/thing-picker.js';
import '../../parts/thing.js';
import { question, type Answer } from '../../service/api.js';
import { setParams } from '../../service/route.js';
import { common } from '../../style/common.js';
import { Eras } from './eras.js';
import { KINDS, itemsOf, limit, mayBeIn, type Item, type Kind } from './items.js';
import './overview.js';
import './picture.js';
import type { TimelinePicture } from './picture.js';
import { when } from './when.js';
import { isAll, scaled, within, type Window } from './window.js';
import { say } from './words.js';

const NARROW = 600;
const PAUSE = 250; // ms after which the address says what is shown
const AT_FIRST: readonly Kind[] = ['event', 'resolution', 'paper', 'contribution', 'change', 'mandate', 'intervention', 'evaluation'];

/** Events, resolutions, papers and periods on one axis of time. Its address says which, of whom, and from when until when. */
@customElement('timeline-room')
export class TimelineRoom extends LitElement {
  static override styles = [
    common,
    css`
      .lead { color: var(--soft); max-width: 46rem; }
      .body { clear: both; padding-top: 0.3rem; }
      .kinds button { font-size: var(--small); }
      .kinds .n { color: var(--soft); font-weight: 400; }
      sluis-thing-picker { width: 17rem; max-width: 100%; }
      .years { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.9rem; }
      .years > li > h2 { position: sticky; top: 1.6rem; background: var(--paper); padding: 0.3rem 0; border-bottom: 1px solid var(--line); z-index: 1; }
      .years ul { list-style: none; margin: 0; padding: 0 0 0 0.8rem; border-left: 2px solid var(--line); }
      .years li li { padding: 0.5rem 0 0.5rem 0.2rem; }
      .years .kind { color: var(--soft); font-size: var(--small); display: block; }
      details { margin-top: 1rem; } details.which { margin: 0; } summary { cursor: pointer; min-height: var(--target); color: var(--accent); }
    `,
  ];

  @property({ attribute: false }) params = new URLSearchParams();
  @state() private shown: Window = { from: 0, until: 1 };
  @state() private narrow = false;
  @state() private tabled = false;
  @query('timeline-picture') private readonly drawn!: TimelinePicture | null;
  private readonly asked = new Asked(this);
  private readonly marked = new Asked(this);
  private items: readonly Item[] = [];
  private eras = new Eras([]);
  private asking = '';
  private writing = 0;
  private readonly watch = new ResizeObserver(([entry]) => (this.narrow = entry!.contentRect.width < NARROW));

  override connectedCallback(): void {
    super.connectedCallback();
    this.watch.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.watch.disconnect();
    window.clearTimeout(this.writing);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('params')) return;
    const wanted = JSON.stringify(this.given());
    if (wanted !== this.asking) {
      this.asking = wanted;
      this.marked.clear();
      void this.ask();
    } else {
      this.arrange();
      this.mark();
    }
  }

  private readonly ask = async (): Promise<void> => {
    const answer = await this.asked.ask((signal) => question('things-in-time', this.given(), { signal }));
    if (!answer) return;
    this.items = itemsOf(answer.rows);
    this.arrange();
    this.mark();
  };

  /** Asks for the markings of the rows, which takes longer, once they are wanted and the rows are there. */
  private mark(): void {
    if (!this.marks) {
      if (this.marked.state !== 'idle') this.marked.clear();
    } else if (this.asked.answer && this.marked.state === 'idle') {
      void this.marked.ask((signal) => question('things-in-time', this.given(), { signal, marks: true })).then((answer) => {
        if (answer && this.marks) this.items = itemsOf(answer.rows);
        this.requestUpdate();
      });
    }
  }

  private get marks(): boolean {
    return this.params.get('marks') === '1';
  }

  private given(): Record<string, string> {
    const actor = this.params.get('actor');
    return actor ? { actor } : {};
  }

  /** The axis of what is chosen, and the window that the address names. */
  private arrange(): void {
    this.eras = new Eras(this.chosen().map((item) => item.time));
    const { length } = this.eras;
    const [from, until] = [limit(this.params.get('from') ?? '', 'from'), limit(this.params.get('until') ?? '', 'until')];
    const window = { from: from === null ? 0 : this.eras.toDense(from), until: until === null ? length : this.eras.toDense(until) };
    this.shown = window.until > window.from ? within(window, length) : { from: 0, until: length };
  }

  private kinds(): readonly Kind[] {
    const given = this.params.get('kinds')?.split(' ') ?? AT_FIRST;
    return KINDS.filter((kind) => given.includes(kind));
  }

  private chosen(): readonly Item[] {
    const kinds = this.kinds();
    return this.items.filter((item) => kinds.includes(item.kind));
  }

  private inWindow(): readonly Item[] {
    const time = { from: this.eras.toTime(this.shown.from), until: this.eras.toTime(this.shown.until) };
    return this.chosen().filter((item) => mayBeIn(item, time));
  }

  private readonly look = (window: Window): void => {
    this.shown = window;
    globalThis.clearTimeout(this.writing);
    this.writing = globalThis.window.setTimeout(() => {
      const day = (dense: number): string => new Date(this.eras.toTime(dense)).toISOString().slice(0, 10);
      const { shown, eras: { length } } = this;
      const all = isAll(shown, length);
      setParams({ from: all || shown.from <= 0 ? null : day(shown.from), until: all || shown.until >= length ? null : day(shown.until - 1) });
    }, PAUSE);
  };

  /** The answer on screen: with the markings, once they are there. */
  private get answer(): Answer | null {
    return (this.marks ? this.marked.answer : null) ?? this.asked.answer;
  }

  /** What the page shows, for a briefing. */
  carry(): readonly CarryPart[] {
    const answer = this.answer;
    if (!answer) return [];
    const items = this.inWindow();
    const { marks } = this;
    const picture = this.drawn?.picture;
    return [
      {
        heading: say('title'),
        banner: answer.banner,
        request: answer.request,
        ...(picture ? { picture } : {}),
        table: {
          columns: [say('when'), say('thing'), say('kind'), ...(marks ? [say('marking')] : [])],
          rows: items.map((item) => [when(item), item.label, say(`one${item.kind}`), ...(marks ? [item.marking] : [])]),
        },
        sources: [...new Set(items.flatMap((item) => item.documents.split('; ')).filter(Boolean))].sort((a, b) => a.localeCompare(b)),
      },
    ];
  }

  override render(): TemplateResult {
    const { answer } = this;
    const visible = this.inWindow();
    return html`<h1>${say('title')}</h1>
      <p class="lead">${say('lead')}</p>
      <div class="stack body">
      ${this.filters()}
      ${this.asked.state === 'answered' && this.items.length > 0 ? nothing : html`<sluis-state .asked=${this.asked} ?empty=${this.items.length === 0} @again=${this.ask}></sluis-state>`}
      ${this.marks && this.marked.state !== 'answered' ? html`<sluis-state .asked=${this.marked} @again=${() => this.mark()}></sluis-state>` : nothing}
      ${answer && this.items.length > 0 ? this.found(answer, visible) : nothing}
    </div>`;
  }

  private filters(): TemplateResult {
    const counts = new Map<Kind, number>();
    for (const item of this.items) counts.set(item.kind, (counts.get(item.kind) ?? 0) + 1);
    const chosen = this.kinds();
    const toggle = (kind: Kind): void => {
      const next = chosen.includes(kind) ? chosen.filter((one) => one !== kind) : [...chosen, kind];
      setParams({ kinds: next.join(' ') || 'none', from: null, until: null });
    };
    const kinds = html`<div class="row kinds" role="group" aria-label=${say('lanes')}>
      ${KINDS.filter((kind) => counts.has(kind)).map((kind) => html`<button aria-pressed=${chosen.includes(kind)} @click=${() => toggle(kind)}>${say(kind)} <span class="n">${counts.get(kind)}</span></button>`)}
    </div>`;
    return html`<div class="stack no-print">
      <div class="row">
        <sluis-thing-picker of="sluis:Actor" label=${say('actor')} placeholder=${say('actor')} .value=${this.params.get('actor') ?? ''} .valueLabel=${this.params.get('name') ?? ''}
          @picked=${(event: CustomEvent<Picked | null>) => setParams({ actor: event.detail?.iri, name: event.detail?.label, from: null, until: null }, { enter: true })}></sluis-thing-picker>
        <button aria-pressed=${this.marks} @click=${() => setParams({ marks: this.marks ? null : '1' })}>${say('marks')}</button>
      </div>
      ${this.narrow ? html`<details class="which"><summary>${say('lanes')}</summary>${kinds}</details>` : kinds}
    </div>`;
  }

  private found(answer: Answer, visible: readonly Item[]): TemplateResult {
    const length = this.eras.length;
    const zoom = (factor: number) => () => this.look(scaled(this.shown, factor, 0.5, length));
    const overview = html`<timeline-overview class="no-print" .items=${this.chosen()} .eras=${this.eras} .shown=${this.shown} @window=${(event: CustomEvent<Window>) => this.look(event.detail)}></timeline-overview>`;
    return html`${overview}
      ${this.narrow ? this.list(visible) : html`<sluis-picture name=${say('title')} .banner=${answer.banner} .picture=${() => this.drawn?.picture ?? null}>
        <div slot="tools" class="row">
          <button @click=${zoom(0.6)}>${say('zoomIn')}</button><button @click=${zoom(1 / 0.6)}>${say('zoomOut')}</button>
          <button ?disabled=${isAll(this.shown, length)} @click=${() => this.look({ from: 0, until: length })}>${say('all')}</button>
          <span class="soft small" role="status">${say('shown', { n: visible.length })}</span>
        </div>
        <timeline-picture .items=${visible} .eras=${this.eras} .shown=${this.shown} @window=${(event: CustomEvent<Window>) => this.look(event.detail)}></timeline-picture>
      </sluis-picture>`}
      ${visible.length === 0 ? html`<p class="soft">${say('noneHere')}</p>` : nothing}
      <details @toggle=${(event: Event) => (this.tabled = (event.currentTarget as HTMLDetailsElement).open)}>
        <summary>${say('table')}</summary>
        ${this.tabled ? html`<sluis-table .answer=${{ ...answer, rows: visible.map((item) => answer.rows[Number(item.key)]!).filter(Boolean) }} name=${say('title')}></sluis-table>` : nothing}
      </details>`;
  }

  /** By year and downwards, where there is no room for an axis. */
  private list(items: readonly Item[]): TemplateResult {
    const years = new Map<number, Item[]>();
    for (const item of items) {
      const year = new Date(item.time.from).getUTCFullYear();
      years.set(year, [...(years.get(year) ?? []), item]);
    }
    return html`<p class="soft small" role="status">${say('shown', { n: items.length })}</p>
      <ol class="years">
        ${[...years].map(([year, found]) => html`<li>
          <h2>${year}</h2>
          <ul>${found.map((item) => html`<li><span class="kind">${when(item)} · ${say(`one${item.kind}`)}</span><sluis-thing .iri=${item.iri} .label=${item.label}></sluis-thing> <sluis-marking .marking=${item.marking}></sluis-marking></li>`)}</ul>
        </li>`)}
      </ol>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'timeline-room': TimelineRoom;
  }
}
