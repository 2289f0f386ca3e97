import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { session } from '../service/session.js';
import { dateText, isDate, isNumber, value, type Term } from '../service/terms.js';
import { common } from '../style/common.js';
import { number, words } from '../words.js';
import './thing.js';

const say = words({
  en: { true: 'yes', false: 'no', unnamed: 'without a name' },
  nl: { true: 'ja', false: 'nee', unnamed: 'zonder naam' },
});

/** An RDF term as one reads it: a thing is a link, a date is as exact as it is known, a number is written in the page's way. */
@customElement('sluis-term')
export class SluisTerm extends LitElement {
  static override styles = [common, css`:host { display: inline; } .text { overflow-wrap: anywhere; white-space: pre-line; } .tag { color: var(--soft); font-size: var(--tiny); padding-left: 0.35em; }`];

  @property({ attribute: false }) term: Term | null = null;
  @property() label = '';

  override render(): TemplateResult | typeof nothing {
    const { term } = this;
    if (!term) return nothing;
    if (term.type === 'uri') return html`<sluis-thing iri=${term.value} label=${this.label}></sluis-thing>`;
    if (term.type !== 'literal') return html`<span class="soft">${term.type === 'bnode' ? say('unnamed') : value(term)}</span>`;
    const language = term['xml:lang'];
    const foreign = language && language !== session.language;
    return html`<span class="text" lang=${language ?? nothing} title=${isDate(term) || isNumber(term) ? term.value : nothing}>${written(term)}</span>${foreign
      ? html`<span class="tag">${language}</span>`
      : nothing}`;
  }
}

/** A literal as one reads it in the page's language. */
export function written(term: Term): string {
  if (isDate(term)) return dateText(value(term));
  if (isNumber(term) && Number.isFinite(Number(value(term)))) return number(Number(value(term)));
  if (term.type === 'literal' && term.datatype?.endsWith('#boolean')) return say(term.value === 'true' || term.value === '1' ? 'true' : 'false');
  return value(term);
}

declare global {
  interface HTMLElementTagNameMap {
    'sluis-term': SluisTerm;
  }
}
