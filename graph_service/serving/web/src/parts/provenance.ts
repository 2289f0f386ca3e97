import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { question, type Answer } from '../service/api.js';
import { dateText, value, type Term } from '../service/terms.js';
import { common } from '../style/common.js';
import { Asked } from './asked.js';
import './marking.js';
import { places, sayings, type Place, type Saying } from './passages.js';
import './place.js';
import { say } from './provenance-words.js';
import './state.js';
import './thing.js';
import './why.js';

/** A statement, or with less of it all that is stated of a thing, or of one property of it. */
export interface Statement {
  readonly subject: string;
  readonly property?: string;
  readonly object?: Term;
}

const FEW = 3; // lines shown before the rest is asked for

/** The parameters of `where-stated` that pick out a statement. */
export function parametersOf({ subject, property, object }: Statement): Record<string, string> {
  if (!property) return { thing: subject };
  if (!object || object.type === 'bnode' || object.type === 'triple') return { thing: subject, property };
  if (object.type === 'uri') return { thing: subject, property, object: object.value };
  return { thing: subject, property, value: object.value, ...(object['xml:lang'] ? { language: object['xml:lang'] } : {}) };
}

/**
 * Where a statement stands: the portions that make it, each with its marking, source and originator, and the places in
 * documents down to the paragraph. A statement that no portion makes is explained by the rule that concludes it.
 */
@customElement('sluis-provenance')
export class SluisProvenance extends LitElement {
  static override styles = [
    common,
    css`
      :host { font-size: 0.95rem; }
      h4 { font-size: var(--small); color: var(--soft); font-weight: 600; margin: 0.7rem 0 0.3rem; letter-spacing: 0; }
      h4:first-of-type { margin-top: 0; }
      ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.55rem; }
      .label { color: var(--soft); font-size: var(--small); }
      button.more { margin-top: 0.5rem; font-size: var(--small); }
    `,
  ];

  @property({ attribute: false }) statement: Statement | null = null;
  /** The answer to `places-of-thing` for the statement's subject, where the page has it already. */
  @property({ attribute: false }) placesAnswer: Answer | null = null;
  /** Which statements are explained around this one: none is explained by itself. */
  @property({ attribute: false }) above: readonly string[] = [];
  @state() private all: ReadonlySet<string> = new Set();
  private readonly stated = new Asked(this);
  private readonly placed = new Asked(this);

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('statement')) return;
    this.placed.clear();
    if (this.statement) this.look(this.statement);
  }

  private look(statement: Statement): void {
    void this.stated.ask((signal) => question('where-stated', parametersOf(statement), { signal }));
    if (!this.placesAnswer) void this.placed.ask((signal) => question('places-of-thing', { thing: statement.subject }, { signal }));
  }

  override render(): TemplateResult {
    const told = sayings(this.stated.answer?.rows ?? []);
    const rows = (this.placesAnswer ?? this.placed.answer)?.rows ?? null;
    return html`
      <sluis-state .asked=${this.stated} @again=${() => this.statement && this.look(this.statement)}></sluis-state>
      ${told.length ? this.sources(told) : nothing}
      ${told.length && rows ? this.where(told, places(rows)) : nothing}
      ${this.stated.state === 'answered' && told.length === 0 && this.statement ? this.concluded(this.statement) : nothing}
    `;
  }

  private concluded(statement: Statement): TemplateResult | typeof nothing {
    if (!statement.property || !statement.object) return html`<p class="soft">${say('nowhere')}</p>`;
    return html`<sluis-why .statement=${statement} .above=${this.above}></sluis-why>`;
  }

  private sources(told: readonly Saying[]): TemplateResult {
    return html`<h4>${say('statedBy')}</h4>
      ${this.some('sources', told, (one) => html`<li>${this.saying(one)}</li>`)}`;
  }

  private saying(one: Saying): TemplateResult {
    const label = [
      one.originatorLabel && one.originatorLabel !== 'not-stated' ? say('originator', { name: one.originatorLabel }) : '',
      one.setOn ? say('setOn', { date: dateText(one.setOn) }) : '',
      one.until ? say('until', { date: dateText(one.until) }) : '',
      one.untilEvent ? say('untilEvent', { event: one.untilEvent }) : '',
      one.ground,
    ].filter(Boolean);
    const [portion = ''] = one.portions;
    return html`<sluis-marking marking=${one.marking}></sluis-marking>
      ${one.source ? html`<sluis-thing iri=${one.source} label=${one.sourceLabel}></sluis-thing>` : nothing}
      <span class="label">
        · ${one.portions.length === 1 ? html`<sluis-thing iri=${portion} label=${say('portions', { n: 1 })}></sluis-thing>` : say('portions', { n: one.portions.length })}
        ${label.length ? html`· ${label.join(' · ')}` : nothing}
      </span>`;
  }

  /** The places that a portion of this statement names; else those of its subject as a whole. */
  private where(told: readonly Saying[], all: readonly Place[]): TemplateResult | typeof nothing {
    if (all.length === 0) return nothing;
    const portions = new Set(told.flatMap((one) => one.portions));
    const own = all.filter((place) => [...place.portions].some((portion) => portions.has(portion)));
    const shown = own.length ? own : all;
    return html`<h4>${own.length ? say('here') : say('asWhole')}</h4>
      ${this.some('places', shown, (place) => html`<li><sluis-place .place=${place}></sluis-place></li>`)}`;
  }

  private some<T>(key: string, list: readonly T[], item: (one: T) => TemplateResult): TemplateResult {
    const shown = this.all.has(key) ? list : list.slice(0, FEW);
    const rest = list.length - shown.length;
    return html`<ul>${shown.map(item)}</ul>
      ${rest ? html`<button class="more" @click=${() => (this.all = new Set([...this.all, key]))}>${say('more', { n: rest })}</button>` : nothing}`;
  }
}

/** What tells one statement from another. */
export function keyOf({ subject, property, object }: Statement): string {
  return JSON.stringify([subject, property, object?.type, value(object), object?.type === 'literal' ? object['xml:lang'] : '']);
}

declare global {
  interface HTMLElementTagNameMap {
    'sluis-provenance': SluisProvenance;
  }
}
