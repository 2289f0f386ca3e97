import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { fileName, save } from '../../carry/files.js';
import { Asked } from '../../parts/asked.js';
import '../../parts/marking.js';
import '../../parts/menu.js';
import '../../parts/state.js';
import '../../parts/table/sluis-table.js';
import { sparqlText, type Answer, type TextAnswer } from '../../service/api.js';
import { common } from '../../style/common.js';
import { number } from '../../words.js';
import type { TableState } from '../../parts/table/arrangement.js';
import { MOST_DRAWN } from './layout.js';
import './graph-picture.js';
import type { Form } from './tokens.js';
import { say } from './words.js';

export type View = 'table' | 'raw' | 'picture';

/** The formats of docs/http.md, with the ending of a file. */
const OF_ROWS = { json: 'json', csv: 'csv', tsv: 'tsv', xml: 'srx' } as const;
const OF_GRAPHS = { turtle: 'ttl', ntriples: 'nt', jsonld: 'jsonld', rdfxml: 'rdf' } as const;
const NAMES: Readonly<Record<string, string>> = {
  json: 'JSON', csv: 'CSV', tsv: 'TSV', xml: 'XML', turtle: 'Turtle', ntriples: 'N-Triples', jsonld: 'JSON-LD', rdfxml: 'RDF/XML',
};
const SHOWN_CHARACTERS = 200_000;

/**
 * The answer to a query: as a sentence, a table, a picture, or as the service sends it.
 *
 * @fires view - the person wants another view; `detail` is a `View`
 * @fires marks - the marking of each row is wanted, or not any more
 * @fires table-state - from the table
 */
@customElement('sparql-results')
export class SparqlResults extends LitElement {
  static override styles = [
    common,
    css`
      .head { display: flex; flex-wrap: wrap; gap: 0.5rem 0.9rem; align-items: center; padding: 0.2rem 0 0.7rem; }
      .space { flex: 1; }
      .sentence { font-size: 1.2rem; font-weight: 650; margin: 0.6rem 0; }
      pre { margin: 0; padding: 0.8rem; background: var(--code); border: 1px solid var(--line); border-radius: var(--radius); overflow: auto; max-height: 70vh; }
      .tabs { display: inline-flex; } .tabs button { border-radius: 0; margin-left: -1px; }
      .tabs button:first-child { border-radius: var(--radius) 0 0 var(--radius); margin-left: 0; }
      .tabs button:last-child { border-radius: 0 var(--radius) var(--radius) 0; }
    `,
  ];

  @property({ attribute: false }) answer: Answer | null = null;
  @property() form: Form = 'SELECT';
  @property() query = '';
  @property() view: View = 'table';
  @property({ type: Boolean }) marks = false;
  @property({ attribute: false }) marked: Answer | null = null;
  @property({ attribute: false }) table: Partial<TableState> = {};
  /** The format of the raw view. */
  @property() format = '';
  private readonly kept = new Asked<TextAnswer>(this);
  private readonly raw = new Asked<TextAnswer>(this);

  private get isGraph(): boolean {
    return this.form === 'CONSTRUCT' || this.form === 'DESCRIBE';
  }

  private get formats(): Readonly<Record<string, string>> {
    return this.isGraph ? OF_GRAPHS : OF_ROWS;
  }

  private get chosen(): string {
    return this.format in this.formats ? this.format : Object.keys(this.formats)[0]!;
  }

  protected override updated(changed: PropertyValues): void {
    if (!['answer', 'view', 'format'].some((name) => changed.has(name))) return;
    if (this.view === 'raw' && this.answer) void this.raw.ask((signal) => sparqlText(this.query, this.chosen, { signal }));
    else this.raw.clear();
  }

  override render(): TemplateResult | typeof nothing {
    const { answer } = this;
    if (!answer) return nothing;
    const n = answer.rows.length;
    const isRows = answer.boolean === null && !this.isGraph;
    const count = isRows ? say('rows', { n }) : this.isGraph ? say('triples', { n }) : '';
    return html`<div class="head">
        <span role="status">${isRows && this.view === 'table' && n > 0 ? nothing : html`<strong>${count}</strong>`} <span class="soft">${say('took', { n: Math.round(answer.milliseconds) })}</span></span>
        <sluis-marking marking=${answer.banner}></sluis-marking>
        <span class="space"></span>
        <span class="row">${this.tabs()} ${isRows && this.view === 'table' && n > 0 ? nothing : this.files()}</span>
      </div>
      <sluis-state .asked=${this.kept}></sluis-state>
      ${this.body(answer)}`;
  }

  /** The service's own formats; a table of rows has files of its own. */
  private files(): TemplateResult {
    return html`<sluis-menu label=${say('download')}>
      ${Object.keys(this.formats).map((format) => html`<button @click=${() => void this.keep(format)}>${NAMES[format]}</button>`)}
    </sluis-menu>`;
  }

  private tabs(): TemplateResult {
    const views: readonly View[] = this.isGraph ? ['table', 'picture', 'raw'] : ['table', 'raw'];
    return html`<span class="tabs" role="group" aria-label=${say('view')}>
      ${views.map((view) => html`<button aria-pressed=${this.view === view} @click=${() => this.tell('view', view)}>${say(view)}</button>`)}
    </span>`;
  }

  private body(answer: Answer): TemplateResult | typeof nothing {
    if (this.view === 'raw') return this.rawText();
    if (answer.boolean !== null) return html`<p class="sentence">${say(answer.boolean ? 'yes' : 'no')}</p>`;
    if (answer.rows.length === 0) return nothing;
    if (this.view === 'picture' && this.isGraph) {
      if (answer.rows.length > MOST_DRAWN) return html`<p class="soft">${say('pictureTooLarge', { most: MOST_DRAWN, n: answer.rows.length })}</p>`;
      return html`<sparql-graph .rows=${answer.rows} banner=${answer.banner}></sparql-graph>`;
    }
    return html`<sluis-table
      .answer=${answer} name="sparql" .state=${this.table} ?markable=${!this.isGraph} ?marks=${this.marks} .marked=${this.marked}
      @marks=${() => this.tell('marks', null)}
    ></sluis-table>`;
  }

  private rawText(): TemplateResult {
    const { answer } = this.raw;
    const text = answer?.text ?? '';
    const shown = text.slice(0, SHOWN_CHARACTERS);
    return html`<div class="stack">
      <label>${say('asFormat')}
        <select @change=${(event: Event) => (this.format = (event.target as HTMLSelectElement).value)}>
          ${Object.keys(this.formats).map((format) => html`<option value=${format} ?selected=${format === this.chosen}>${NAMES[format]}</option>`)}
        </select>
      </label>
      <sluis-state .asked=${this.raw}></sluis-state>
      ${shown.length < text.length ? html`<p class="soft">${say('cut', { shown: number(shown.length), all: number(text.length) })}</p>` : nothing}
      ${answer ? html`<pre tabindex="0">${shown}</pre>` : nothing}
    </div>`;
  }

  /** The service's own answer in a format, in a file under its marking. */
  private async keep(format: string): Promise<void> {
    const answer = await this.kept.ask((signal) => sparqlText(this.query, format, { signal }));
    if (!answer) return; // the refusal is on screen
    this.kept.clear();
    save(new Blob([answer.text], { type: answer.media }), fileName(answer.banner, say(this.isGraph ? 'graph' : 'answer'), this.formats[format]!));
  }

  private tell(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sparql-results': SparqlResults;
  }
}
