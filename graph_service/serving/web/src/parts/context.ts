import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { question } from '../service/api.js';
import { common } from '../style/common.js';
import { Asked } from './asked.js';
import { surroundings, type Block, type Surrounding } from './passages.js';
import { say } from './provenance-words.js';
import './state.js';
import './thing.js';

/**
 * The text around a quotation or a block of text: the block with the quoted words marked, between the one before it and
 * the one after it. What stands around it is what the reader can see of it; with `brief`, two lines of that at the most.
 */
@customElement('sluis-context')
export class SluisContext extends LitElement {
  static override styles = [
    common,
    css`
      figure { margin: 0; padding: 0.1rem 0 0.1rem 1rem; border-left: 3px solid var(--line); max-width: 44rem; }
      figure + figure { margin-top: 1rem; }
      figcaption { font-size: var(--small); color: var(--soft); padding-bottom: 0.35rem; }
      blockquote { margin: 0; }
      .text { margin: 0 0 0.6em; line-height: 1.6; white-space: pre-line; overflow-wrap: anywhere; }
      .text:last-child { margin-bottom: 0; }
      .near { color: var(--soft); }
      :host([brief]) .near { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; }
      .heading { font-weight: 650; }
      .table { font-size: var(--small); white-space: pre-wrap; tab-size: 14; }
      .n { font-variant-numeric: tabular-nums; padding-right: 0.4em; }
      mark { background: var(--warn-ground); color: inherit; border-bottom: 2px solid var(--warn); padding: 0.05em 0; }
    `,
  ];

  /** The IRI of a quotation (`oa:SpecificResource`) or of a block of text. */
  @property() place = '';
  private readonly around = new Asked(this);

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('place') && this.place) void this.look();
  }

  private look(): Promise<unknown> {
    return this.around.ask((signal) => question('text-around', { place: this.place }, { signal }));
  }

  override render(): TemplateResult {
    const found = surroundings(this.around.answer?.rows ?? []);
    const missing = this.around.state === 'answered' && found.length === 0;
    return html`<sluis-state .asked=${this.around} @again=${() => void this.look()}></sluis-state>
      ${missing ? html`<p class="soft small">${say('noContext')}</p>` : found.map((one) => this.figure(one))}`;
  }

  private figure(one: Surrounding): TemplateResult {
    return html`<figure>
      <figcaption>
        ${one.byWords ? say('byWords') : nothing}
        <sluis-thing iri=${one.document} label=${one.documentLabel}></sluis-thing>${one.section ? html`, ${say('section', { section: one.section })}` : nothing}${one.page
          ? html`, ${say('page', { page: one.page })}`
          : nothing}
      </figcaption>
      <blockquote>${one.blocks.map((block) => this.block(block))}</blockquote>
    </figure>`;
  }

  private block(block: Block): TemplateResult {
    const [before, words, after] = block.text;
    const kinds = `text ${block.offset === 0 ? 'own' : 'near'} ${block.kind}`;
    const number = block.number ? html`<span class="n">${block.number}</span>` : nothing;
    return html`<p class=${kinds}>${number}${before}${words ? html`<mark>${words}</mark>` : nothing}${after}</p>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sluis-context': SluisContext;
  }
}
