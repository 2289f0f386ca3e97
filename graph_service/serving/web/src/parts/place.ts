import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { common } from '../style/common.js';
import './context.js';
import './marking.js';
import type { Place } from './passages.js';
import { say } from './provenance-words.js';
import './thing.js';

/** A place in a document: which document, where in it, what its footnote says, and the quoted words with their context. */
@customElement('sluis-place')
export class SluisPlace extends LitElement {
  static override styles = [
    common,
    css`
      .where { margin: 0; }
      .footnote { margin: 0.15rem 0 0 0; color: var(--soft); font-size: var(--small); max-width: 44rem; }
      .quote { margin: 0.4rem 0 0; }
      .quote q { font-style: normal; quotes: "“" "”" "‘" "’"; line-height: 1.55; }
      .quote q.dim { display: none; }
      button { min-height: 1.6rem; padding: 0 0.5rem; font-size: var(--tiny); margin-left: 0.4rem; vertical-align: baseline; }
      sluis-context { margin: 0.5rem 0 0.8rem; }
    `,
  ];

  @property({ attribute: false }) place: Place | null = null;
  @state() private open: ReadonlySet<string> = new Set();

  override render(): TemplateResult | typeof nothing {
    const { place } = this;
    if (!place) return nothing;
    return html`<p class="where">
        ${place.inferred ? html`<span class="soft">${say('inferred')}</span> ` : nothing}
        ${place.document ? html`<sluis-thing iri=${place.document} label=${place.documentLabel}></sluis-thing>` : nothing}${this.within(place)}
        ${place.markings.map((marking) => html` <sluis-marking marking=${marking}></sluis-marking>`)}
      </p>
      ${place.footnotes.map((one) => html`<p class="footnote"><sluis-thing iri=${one.iri} label=${say('footnote', { number: one.number || '?' })}></sluis-thing>${one.text ? html`: ${one.text}` : nothing}</p>`)}
      ${place.quotations.map(({ iri, words }) => this.quotation(iri, words))}`;
  }

  private within(place: Place): TemplateResult {
    const parts = [place.section ? say('section', { section: place.section }) : place.label, place.page ? say('page', { page: place.page }) : ''];
    const text = parts.filter(Boolean).join(', ');
    return text ? html`${place.document ? ', ' : ''}<sluis-thing iri=${place.iri} label=${text}></sluis-thing>` : html``;
  }

  private quotation(iri: string, words: string): TemplateResult {
    const open = this.open.has(iri);
    return html`<div class="quote">
      <q>${words}</q>
      <button aria-expanded=${open} @click=${() => this.toggle(iri)}>${say('context')}</button>
      ${open ? html`<sluis-context place=${iri}></sluis-context>` : nothing}
    </div>`;
  }

  private toggle(iri: string): void {
    const open = new Set(this.open);
    if (!open.delete(iri)) open.add(iri);
    this.open = open;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sluis-place': SluisPlace;
  }
}
