import { LitElement, html, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { Asked } from '../../parts/asked.js';
import '../../parts/state.js';
import { select } from '../../service/api.js';
import { value } from '../../service/terms.js';
import { common } from '../../style/common.js';
import { say } from './words.js';

/** Where one begins. */
@customElement('home-room')
export class HomeRoom extends LitElement {
  static override styles = common;

  @property({ attribute: false }) params = new URLSearchParams();
  private readonly counted = new Asked(this);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.count();
  }

  private count(): Promise<unknown> {
    return this.counted.ask((signal) => select('SELECT (COUNT(*) AS ?n) { ?s ?p ?o }', { signal }));
  }

  override render(): TemplateResult {
    const n = Number(value(this.counted.answer?.rows[0]?.['n']));
    return html`<div class="stack">
      <h1>${say('title')}</h1>
      <sluis-state .asked=${this.counted} @again=${this.count}></sluis-state>
      ${this.counted.answer ? html`<p>${say('triples', { n })}</p>` : ''}
    </div>`;
  }
}
