import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import '../../parts/place.js';
import { places } from '../../parts/passages.js';
import type { Answer } from '../../service/api.js';
import { common } from '../../style/common.js';
import { say } from './words.js';

const FEW = 4;

/** The places in documents at which a thing stands, with the words quoted there. */
@customElement('thing-places')
export class ThingPlaces extends LitElement {
  static override styles = [common, css`.part { margin-bottom: 2.2rem; } ul { list-style: none; margin: 0.4rem 0 0; padding: 0; } li { padding: 0.5rem 0; border-bottom: 1px solid var(--line); } button { margin-top: 0.6rem; font-size: var(--small); }`];

  @property({ attribute: false }) answer: Answer | null = null;
  @state() private all = false;

  override render(): TemplateResult | typeof nothing {
    const found = places(this.answer?.rows ?? []);
    if (found.length === 0) return nothing;
    const shown = this.all || found.length <= FEW + 1 ? found : found.slice(0, FEW);
    return html`<section class="part"><h2>${say('places')}</h2>
      <ul>${shown.map((place) => html`<li><sluis-place .place=${place}></sluis-place></li>`)}</ul>
      ${shown.length < found.length ? html`<button @click=${() => (this.all = true)}>${say('placesMore', { n: found.length - shown.length })}</button>` : nothing}</section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'thing-places': ThingPlaces;
  }
}
