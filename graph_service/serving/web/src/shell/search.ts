import { LitElement, css, html, type TemplateResult } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import type { Picked, SluisThingPicker } from '../parts/thing-picker.js';
import '../parts/thing-picker.js';
import { say } from '../parts/thing-words.js';
import { go } from '../service/route.js';
import { common } from '../style/common.js';

/** The search of the header: from any page, `/` leads to it, and what is chosen leads to its page. */
@customElement('sluis-search')
export class SluisSearch extends LitElement {
  static override styles = [common, css`:host { flex: 1 1 12rem; max-width: 26rem; }`];

  @query('sluis-thing-picker') private readonly picker!: SluisThingPicker;

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('keydown', this.key);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('keydown', this.key);
  }

  override render(): TemplateResult {
    return html`<sluis-thing-picker
      role="search" clear-on-pick label=${say('searchHint')} placeholder=${say('search')}
      @picked=${(event: CustomEvent<Picked | null>) => event.detail && go('thing', { iri: event.detail.iri })}
    ></sluis-thing-picker>`;
  }

  private readonly key = (event: KeyboardEvent): void => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const [target] = event.composedPath();
    if (target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))) return;
    event.preventDefault();
    this.picker.focus();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'sluis-search': SluisSearch;
  }
}
