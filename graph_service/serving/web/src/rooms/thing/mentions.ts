import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { Asked } from '../../parts/asked.js';
import '../../parts/context.js';
import { say as where } from '../../parts/provenance-words.js';
import '../../parts/state.js';
import '../../parts/thing.js';
import { question } from '../../service/api.js';
import { value, type Row } from '../../service/terms.js';
import { common } from '../../style/common.js';
import { number } from '../../words.js';
import { say } from './words.js';

const PAGE = 200; // as many as `mentions-of-thing` gives at a time
const FEW = 5;

/** Where loaded documents mention a thing, by document, each with the paragraph around it. */
@customElement('thing-mentions')
export class ThingMentions extends LitElement {
  static override styles = [
    common,
    css`
      .part { margin-bottom: 2.2rem; }
      .note { color: var(--soft); font-size: var(--small); margin: 0.2rem 0 0.6rem; }
      h3 { font-weight: 600; margin-top: 0.7rem; }
      .count { color: var(--soft); font-weight: 400; font-size: var(--small); }
      ul { list-style: none; margin: 0.2rem 0 0; padding: 0; }
      li { padding: 0.2rem 0; border-bottom: 1px solid var(--line); }
      .line { display: flex; flex-wrap: wrap; gap: 0 0.7rem; align-items: baseline; }
      .soft { font-size: var(--small); }
      button { min-height: 1.6rem; padding: 0 0.5rem; font-size: var(--tiny); }
      sluis-context { margin: 0.5rem 0 0.8rem; }
      .more { margin-top: 0.4rem; }
    `,
  ];

  @property() thing = '';
  @state() private open: ReadonlySet<string> = new Set();
  @state() private whole: ReadonlySet<string> = new Set();
  private readonly asked = new Asked(this);
  private rows: Row[] = [];

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('thing') || !this.thing) return;
    this.rows = [];
    void this.read();
  }

  private async read(): Promise<void> {
    const { thing } = this;
    const after = value(this.rows.at(-1)?.['place']);
    const answer = await this.asked.ask((signal) => question('mentions-of-thing', { thing, after }, { signal }));
    if (answer && thing === this.thing) this.rows = [...this.rows, ...answer.rows];
    this.requestUpdate();
  }

  override render(): TemplateResult | typeof nothing {
    const { rows } = this;
    if (rows.length === 0) return this.asked.state === 'refused' ? html`<sluis-state .asked=${this.asked} @again=${() => void this.read()}></sluis-state>` : nothing;
    const documents = new Map<string, Row[]>();
    for (const row of rows) documents.set(value(row['document']), [...(documents.get(value(row['document'])) ?? []), row]);
    return html`<section class="part"><h2>${say('mentions')}</h2>
      <p class="note">${say('mentionsNote')}</p>
      ${[...documents].map(([iri, of]) => this.document(iri, of))}
      <sluis-state .asked=${this.asked} @again=${() => void this.read()}></sluis-state>
      ${rows.length % PAGE === 0 && this.asked.state === 'answered' ? html`<button class="more" @click=${() => void this.read()}>${say('mentionsMore')}</button>` : nothing}</section>`;
  }

  private document(iri: string, rows: readonly Row[]): TemplateResult {
    const shown = this.whole.has(iri) ? rows : rows.slice(0, FEW);
    const rest = rows.length - shown.length;
    return html`<h3>
        <sluis-thing iri=${iri} label=${value(rows[0]?.['documentLabel'])}></sluis-thing>
        <span class="count">${say('mention', { n: rows.length })}</span>
      </h3>
      <ul>${shown.map((row) => this.row(row))}</ul>
      ${rest ? html`<button class="more" @click=${() => (this.whole = new Set([...this.whole, iri]))}>${where('more', { n: rest })}</button>` : nothing}`;
  }

  private row(row: Row): TemplateResult {
    const quotation = value(row['quotation']);
    const open = this.open.has(quotation);
    const [section, page, verdict] = ['section', 'page', 'verdict'].map((name) => value(row[name]));
    const told = [
      section ? where('section', { section }) : '',
      page ? where('page', { page }) : '',
      verdict === 'accepted' ? say('accepted') : verdict === 'corrected' ? say('corrected') : say('unjudged'),
      say('method', { method: value(row['method']), confidence: number(Number(value(row['confidence']))) }),
    ];
    return html`<li>
      <div class="line">
        <q>${value(row['words'])}</q>
        <span class="soft">${told.filter(Boolean).join(' · ')}</span>
        ${quotation ? html`<button aria-expanded=${open} @click=${() => this.toggle(quotation)}>${where('context')}</button>` : nothing}
      </div>
      ${open ? html`<sluis-context place=${quotation}></sluis-context>` : nothing}
    </li>`;
  }

  private toggle(quotation: string): void {
    const open = new Set(this.open);
    if (!open.delete(quotation)) open.add(quotation);
    this.open = open;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'thing-mentions': ThingMentions;
  }
}
