import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { CarryPart } from '../../carry/parts.js';
import { Asked } from '../../parts/asked.js';
import '../../parts/state.js';
import { question } from '../../service/api.js';
import { setParams } from '../../service/route.js';
import { session } from '../../service/session.js';
import { common } from '../../style/common.js';
import { number } from '../../words.js';
import { basketNow, keepBasket } from './basket.js';
import './labels-due.js';
import './mention-card.js';
import { markOf, type MentionCard } from './mention-card.js';
import { batches, beside, counted, decided, filtered, mentionsOf, nextOpen, tally, undone, type Basket, type Decision, type Filter, type Mention } from './model.js';
import { Sending, isFinal } from './sending.js';
import { sentList } from './sent-list.js';
import { roomStyle } from './style.js';
import './written-as.js';
import { kindName, say } from './words.js';

const PAGE = 100;
const CONFIDENCES = [0.6, 0.75, 0.9, 0.95];

/** The review list: judge what a program found in documents, one at a time or several together, and send it. */
@customElement('review-room')
export class ReviewRoom extends LitElement {
  static override styles = [common, roomStyle];

  @property({ attribute: false }) params = new URLSearchParams();
  @state() private basket: Basket = basketNow();
  @state() private chosen: ReadonlySet<string> = new Set();
  @state() private most = PAGE;
  @state() private busy = false;
  @query('mention-card') private readonly card!: MentionCard | null;
  private readonly asked = new Asked(this);
  private readonly sending = new Sending(this, 'reviews', () => void this.ask());
  /** The mentions of each proposal: until it is done they are nobody's to judge again here. */
  private readonly underWay = new Map<string, readonly string[]>();
  private all: readonly Mention[] = [];
  private readonly known = (): void => {
    if (this.may && this.asked.state === 'idle') void this.ask();
    this.requestUpdate();
  };

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('keydown', this.press);
    session.addEventListener('known', this.known);
    this.known();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('keydown', this.press);
    session.removeEventListener('known', this.known);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('params')) this.most = PAGE;
  }

  private get may(): boolean {
    return session.me?.may['review'] === true;
  }

  private readonly ask = async (): Promise<void> => {
    const answer = await this.asked.ask((signal) => question('mentions-to-review', {}, { signal }));
    if (!answer) return;
    const waiting = new Set(this.sending.sent.filter((one) => !isFinal(one)).flatMap((one) => this.underWay.get(one.id) ?? []));
    this.all = mentionsOf(answer.rows).filter((one) => !waiting.has(one.iri));
    const left = new Set(this.all.map((one) => one.iri));
    this.keep(new Map([...this.basket].filter(([iri]) => left.has(iri)))); // judged meanwhile, by whomever
    this.chosen = new Set([...this.chosen].filter((iri) => left.has(iri)));
  };

  private get filter(): Filter {
    return { kind: this.params.get('kind') ?? '', document: this.params.get('document') ?? '', below: Number(this.params.get('below') ?? 0) };
  }

  private get shown(): readonly Mention[] {
    return filtered(this.all, this.filter);
  }

  private get current(): Mention | undefined {
    const { shown } = this;
    return shown.find((one) => one.iri === this.params.get('at')) ?? shown[0];
  }

  private get keys(): boolean {
    return this.params.get('keys') !== 'off';
  }

  override render(): TemplateResult {
    const labels = this.params.get('tab') === 'labels';
    return html`
      <div class="top">
        <h1>${say('title')}</h1>
        <div class="row" role="group" aria-label=${say('tabs')}>
          <button aria-pressed=${!labels} @click=${() => setParams({ tab: null }, { enter: true })}>${say('mentions')}</button>
          <button aria-pressed=${labels} @click=${() => setParams({ tab: 'labels' }, { enter: true })}>${say('labels')}</button>
        </div>
      </div>
      ${labels ? html`<labels-due></labels-due>` : this.mentions()}
    `;
  }

  private mentions(): TemplateResult {
    if (session.me && !this.may) return html`<p class="lead">${say('lead')}</p><p class="none" role="status">${say(session.me.name === null ? 'nobody' : 'mayNot')}</p>`;
    const { shown, current } = this;
    const none = this.asked.state === 'answered' && this.all.length === 0;
    return html`
      <p class="lead">${say('lead')}</p>
      <written-as></written-as>
      ${sentList(this.sending)}
      <sluis-state .asked=${this.asked} @again=${() => void this.ask()}></sluis-state>
      ${none ? html`<p class="none" role="status">${say('none')}</p>` : nothing}
      ${this.all.length ? this.filters() : nothing}
      ${this.all.length && shown.length === 0 ? html`<p class="none" role="status">${say('noneLike')}</p>` : nothing}
      ${current ? html`<div class="desk">${this.detail(current, shown)}${this.list(current, shown)}</div>` : nothing}
      ${this.basket.size ? this.sendBar() : nothing}
    `;
  }

  private filters(): TemplateResult {
    const { kind, document, below } = this.filter;
    const set = (name: string) => (event: Event): void => setParams({ [name]: (event.target as HTMLSelectElement).value, at: null });
    const option = (value: string, name: string, n: number, now: string): TemplateResult => html`<option value=${value} ?selected=${value === now}>${name} (${number(n)})</option>`;
    return html`<div class="filters">
      <label class="field">${say('kind')}
        <select @change=${set('kind')}><option value="">${say('any')}</option>
          ${counted(this.all, 'kind', (one) => kindName(one.kind)).map((one) => option(one.value, one.name, one.n, kind))}
        </select>
      </label>
      <label class="field wide">${say('document')}
        <select @change=${set('document')}><option value="">${say('any')}</option>
          ${counted(this.all, 'document', (one) => one.documentLabel).map((one) => option(one.value, one.name, one.n, document))}
        </select>
      </label>
      <label class="field">${say('confidence')}
        <select @change=${set('below')}><option value="">${say('any')}</option>
          ${CONFIDENCES.map((one) => html`<option value=${one} ?selected=${one === below}>${say('below', { n: Math.round(one * 100) })}</option>`)}
        </select>
      </label>
      <label class="keys small" title=${say('keysHelp')}>
        <input type="checkbox" .checked=${this.keys} aria-description=${say('keysHelp')} @change=${() => setParams({ keys: this.keys ? 'off' : null })} />
        ${say('keysOn')} <span aria-hidden="true">${[...'jkxarcu'].map((one) => html`<kbd>${one}</kbd>`)}</span>
      </label>
    </div>`;
  }

  private detail(current: Mention, shown: readonly Mention[]): TemplateResult {
    const at = shown.indexOf(current);
    const many = this.chosen.has(current.iri) ? this.chosen.size : 0;
    return html`<section class="card one ${this.basket.size ? 'above' : ''}" aria-label=${say('mention')}>
      <div class="row spread steps">
        <span class="soft small">${number(at + 1)} / ${number(shown.length)}</span>
        <span class="row">
          <button ?disabled=${at === 0} aria-keyshortcuts="k" @click=${() => this.step(-1)}>↑ ${say('previous')}</button>
          <button ?disabled=${at === shown.length - 1} aria-keyshortcuts="j" @click=${() => this.step(1)}>↓ ${say('next')}</button>
        </span>
      </div>
      <mention-card .mention=${current} .decision=${this.basket.get(current.iri) ?? null} .many=${many} .keys=${this.keys} @decided=${this.decide}></mention-card>
    </section>`;
  }

  private list(current: Mention, shown: readonly Mention[]): TemplateResult {
    const left = shown.length - this.most;
    return html`<section class="listed" aria-label=${say('table')}>
      <div class="row spread">
        <span class="soft small" role="status">${say('shown', { n: shown.length })}${this.chosen.size ? `, ${say('selected', { n: this.chosen.size })}` : ''}</span>
        <button class="small" @click=${() => (this.chosen = this.chosen.size ? new Set() : new Set(shown.map((one) => one.iri)))}>${say(this.chosen.size ? 'selectNone' : 'selectAll')}</button>
      </div>
      <ol>
        ${shown.slice(0, this.most).map((one) => this.line(one, one === current))}
      </ol>
      ${left > 0 ? html`<button @click=${() => (this.most += PAGE)}>${say('more', { n: Math.min(left, PAGE) })}</button>` : nothing}
    </section>`;
  }

  private line(one: Mention, isCurrent: boolean): TemplateResult {
    const decision = this.basket.get(one.iri);
    const words = one.words || kindName(one.kind);
    return html`<li class=${isCurrent ? 'current' : ''} data-mention=${one.iri}>
      <input type="checkbox" aria-label=${say('select', { words })} .checked=${this.chosen.has(one.iri)} @change=${() => this.choose(one.iri)} />
      <button class="plain" aria-current=${isCurrent ? 'true' : nothing} @click=${() => setParams({ at: one.iri })}>
        <span class="words">${words}</span>
        <span class="what">${kindName(one.kind)} · ${number(Math.round(one.confidence * 100))} %${one.namesLabel ? html` · ${one.namesLabel}` : nothing}</span>
        ${decision ? html`<span class="verdict ${decision.verdict}">${decision.verdict === 'rejected' ? '✕' : '✓'} ${markOf(decision)}</span>` : nothing}
      </button>
    </li>`;
  }

  private sendBar(): TemplateResult {
    return html`<div class="send" role="region" aria-label=${say('send', { n: this.basket.size })}>
      <span role="status">${say('notSent', tally(this.basket))}</span>
      <span class="row">
        <button class="plain" @click=${() => this.keep(new Map())}>${say('undoAll')}</button>
        <button class="primary" ?disabled=${this.busy} @click=${this.send}>${this.busy ? say('sending') : say('send', { n: this.basket.size })}</button>
      </span>
    </div>`;
  }

  private keep(basket: Basket): void {
    this.basket = basket;
    keepBasket(basket);
  }

  private choose(iri: string): void {
    const next = new Set(this.chosen);
    if (!next.delete(iri)) next.add(iri);
    this.chosen = next;
  }

  private step(by: number): void {
    this.goTo(beside(this.shown, this.current?.iri ?? '', by));
  }

  private goTo(iri: string): void {
    setParams({ at: iri });
    const at = this.shown.findIndex((one) => one.iri === iri);
    if (at >= this.most) this.most = at + PAGE;
    void this.updateComplete.then(() => {
      const line = [...this.renderRoot.querySelectorAll<HTMLElement>('li[data-mention]')].find((one) => one.dataset['mention'] === iri);
      line?.scrollIntoView({ block: 'nearest' });
    });
  }

  private readonly decide = (event: CustomEvent<{ decision: Decision | null; stay: boolean }>): void => {
    const { current, shown } = this;
    if (!current) return;
    const { decision, stay } = event.detail;
    const together = this.chosen.has(current.iri) && this.chosen.size > 1 ? this.all.filter((one) => this.chosen.has(one.iri)) : [current];
    this.keep(decision ? decided(this.basket, together, decision) : undone(this.basket, together.map((one) => one.iri)));
    if (together.length > 1) this.chosen = new Set();
    if (decision && !stay) this.goTo(nextOpen(shown, current.iri, this.basket));
  };

  /** A proposal each for what belongs together. What was not taken stays in the basket. */
  private readonly send = async (): Promise<void> => {
    this.busy = true;
    for (const batch of batches(this.basket)) {
      if (!(await this.sending.send(batch.verdict, batch.mentions.length, { ...batch }))) break;
      this.underWay.set(this.sending.sent[0]!.id, batch.mentions);
      this.keep(undone(this.basket, batch.mentions));
      const sent = new Set(batch.mentions);
      this.all = this.all.filter((one) => !sent.has(one.iri));
    }
    this.busy = false;
  };

  private readonly press = (event: KeyboardEvent): void => {
    if (!this.keys || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || this.params.get('tab') === 'labels') return;
    const [at] = event.composedPath();
    if (at instanceof HTMLElement && at.matches('input:not([type=checkbox]), textarea, select, [contenteditable]')) return;
    const { current, card } = this;
    if (!current || !card) return;
    const does: Readonly<Record<string, () => void>> = {
      j: () => this.step(1),
      k: () => this.step(-1),
      x: () => this.choose(current.iri),
      a: () => card.decide('accepted'),
      r: () => card.decide('rejected'),
      c: () => card.correct(),
      u: () => this.keep(undone(this.basket, [current.iri])),
    };
    const act = does[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };

  carry(): readonly CarryPart[] {
    const { answer } = this.asked;
    if (!answer) return [];
    const rows = this.shown.map((one) => [one.words, kindName(one.kind), `${Math.round(one.confidence * 100)} %`, one.namesLabel || one.value, one.documentLabel]);
    const columns = [say('mentions'), say('kind'), say('confidence'), say('names'), say('document')];
    return [{ heading: say('table'), banner: answer.banner, request: answer.request, table: { columns, rows } }];
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'review-room': ReviewRoom;
  }
}
