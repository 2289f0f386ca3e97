import { LitElement, css, html, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { addressOf } from '../service/route.js';
import { lastPart } from '../service/terms.js';
import { common } from '../style/common.js';

/** A link to the page of a thing. */
@customElement('sluis-thing')
export class SluisThing extends LitElement {
  static override styles = [common, css`:host { display: inline; } a { overflow-wrap: anywhere; }`];

  @property() iri = '';
  @property() label = '';
  /** -1 where a grid has its own keys. */
  @property({ type: Number }) tab = 0;

  override render(): TemplateResult {
    return html`<a href=${addressOf('thing', { iri: this.iri })} tabindex=${this.tab} title=${this.iri}>${this.label || lastPart(this.iri)}</a>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sluis-thing': SluisThing;
  }
}
