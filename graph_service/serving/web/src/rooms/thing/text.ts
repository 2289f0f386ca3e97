import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { Asked } from '../../parts/asked.js';
import '../../parts/state.js';
import { question } from '../../service/api.js';
import { addressOf } from '../../service/route.js';
import { value, type Row } from '../../service/terms.js';
import { common } from '../../style/common.js';
import { say } from './words.js';

const PAGE = 200; // as many as `text-of-document` gives at a time
const FEW = 12;

/** The text of a loaded document as far as its reader can see it, in reading order. */
@customElement('thing-text')
export class ThingText extends LitElement {
  static override styles = [
    common,
    css`
      .part { margin-bottom: 2.2rem; }
      .text { margin-top: 0.6rem; max-width: 46rem; line-height: 1.62; }
      .block { margin: 0 0 0.75em; white-space: pre-line; overflow-wrap: anywhere; position: relative; }
      .heading { font-weight: 650; font-size: 1.08rem; margin-top: 1.4em; letter-spacing: -0.01em; }
      .item { padding-left: 1.4rem; }
      .note { font-size: var(--small); color: var(--soft); padding-left: 1.4rem; margin-bottom: 0.35em; }
      .table { font-size: var(--small); margin: 0 0 1em; overflow-x: auto; }
      .table tr:last-child td { border-bottom: 0; }
      td { padding: 0.25rem 1.2rem 0.25rem 0; }
      .n { font-variant-numeric: tabular-nums; padding-right: 0.5em; }
      a.to { color: var(--soft); text-decoration: none; font-size: var(--tiny); padding: 0 0.35rem; opacity: 0; }
      .block:hover a.to, a.to:focus-visible { opacity: 1; }
      @media (hover: none) { a.to { opacity: 1; } }
    `,
  ];

  @property() thing = '';
  @state() private all = false;
  private readonly asked = new Asked(this);
  private rows: Row[] = [];

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('thing') || !this.thing) return;
    [this.rows, this.all] = [[], false];
    void this.read();
  }

  private async read(): Promise<void> {
    const { thing } = this;
    const after = value(this.rows.at(-1)?.['place']);
    const answer = await this.asked.ask((signal) => question('text-of-document', { document: thing, after }, { signal }));
    if (answer && thing === this.thing) this.rows = [...this.rows, ...answer.rows];
    this.requestUpdate();
  }

  override render(): TemplateResult | typeof nothing {
    if (this.rows.length === 0) return this.asked.state === 'refused' ? html`<sluis-state .asked=${this.asked} @again=${() => void this.read()}></sluis-state>` : nothing;
    const shown = this.all ? this.rows : this.rows.slice(0, FEW);
    const isMore = shown.length < this.rows.length || (this.rows.length % PAGE === 0 && this.asked.state === 'answered');
    return html`<section class="part"><h2>${say('text')}</h2>
      <div class="text">${shown.map((row) => this.block(row))}</div>
      <sluis-state .asked=${this.asked} @again=${() => void this.read()}></sluis-state>
      ${isMore ? html`<button @click=${this.readOn}>${say('textMore')}</button>` : nothing}</section>`;
  }

  private block(row: Row): TemplateResult {
    const kind = value(row['kind']);
    if (kind === 'table') return this.table(value(row['text']));
    const number = value(row['number']);
    return html`<p class=${`block ${kind}`}>${number ? html`<span class="n">${number}</span>` : nothing}${value(row['text'])}<a class="to" href=${addressOf('thing', { iri: value(row['block']) })} aria-label=${say('where')}>¶</a></p>`;
  }

  /** A table stands in the text as lines with tabs between cells. */
  private table(text: string): TemplateResult {
    const lines = text.split('\n').map((line) => line.split('\t'));
    return html`<div class="table"><table><tbody>${lines.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`;
  }

  private readonly readOn = (): void => {
    if (this.all || this.rows.length <= FEW) void this.read();
    this.all = true;
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'thing-text': ThingText;
  }
}
