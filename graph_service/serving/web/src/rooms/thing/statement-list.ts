import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import '../../parts/marking.js';
import '../../parts/provenance.js';
import '../../parts/term.js';
import type { Answer } from '../../service/api.js';
import { addressOf } from '../../service/route.js';
import { common } from '../../style/common.js';
import type { Group, Said } from './statements.js';
import { say } from './words.js';

/** The statements of a thing in their groups: a property to the left, its values to the right, each with where it stands. */
@customElement('thing-statements')
export class ThingStatements extends LitElement {
  static override styles = [
    common,
    css`
      section + section { margin-top: 1.6rem; }
      .hint { color: var(--soft); font-size: var(--small); margin: 0 0 0.8rem; }
      h3 { font-size: var(--tiny); letter-spacing: 0.08em; text-transform: uppercase; color: var(--soft); padding-bottom: 0.3rem; border-bottom: 1px solid var(--line); }
      dl { margin: 0; }
      .property { display: grid; grid-template-columns: minmax(8rem, 14rem) minmax(0, 1fr); gap: 0 1.5rem; padding: 0.4rem 0; border-bottom: 1px solid var(--line); }
      dt { color: var(--soft); overflow-wrap: anywhere; padding-top: 0.1rem; }
      dt a { color: inherit; text-decoration: none; }
      dt a:hover, dt a:focus-visible { text-decoration: underline; color: var(--accent); }
      dd { margin: 0; min-width: 0; }
      .value { padding: 0.1rem 0; }
      .line { max-width: 44rem; }
      .line > * + * { margin-left: 0.4rem; }
      .concluded { color: var(--soft); font-size: var(--tiny); font-style: italic; }
      button.where { min-height: 1.5rem; min-width: 1.5rem; padding: 0 0.35rem; font-size: var(--tiny); color: var(--soft); border-color: transparent; background: transparent; }
      button.where:hover, button.where:focus-visible, button.where[aria-expanded="true"] { color: var(--accent); border-color: var(--line); background: var(--foam); }
      sluis-provenance { margin: 0.4rem 0 0.8rem; padding: 0.7rem 0.9rem; background: var(--card); border: 1px solid var(--line); border-radius: var(--radius); }
      .rest { margin-top: 0.3rem; font-size: var(--small); }
      @media (max-width: 40rem) { .property { grid-template-columns: minmax(0, 1fr); } dt { font-size: var(--small); line-height: 1.75rem; } }
      @media print { .where { display: none; } }
    `,
  ];

  @property() subject = '';
  @property({ attribute: false }) groups: readonly Group[] = [];
  /** Whether each statement shows the markings of the portions that make it. */
  @property({ type: Boolean }) marks = false;
  @property({ attribute: false }) placesAnswer: Answer | null = null;
  @state() private open: ReadonlySet<string> = new Set();
  @state() private whole: ReadonlySet<string> = new Set();

  override render(): TemplateResult {
    return html`<p class="hint no-print"><span aria-hidden="true">¶</span> ${say('hint')}</p>
      ${this.groups.map(
      (group) => html`<section>
        <h3>${group.label || say('other')}</h3>
        <dl>${group.properties.map((one) => this.property(one))}</dl>
      </section>`,
    )}`;
  }

  private property({ iri, label, values }: Group['properties'][number]): TemplateResult {
    const shown = this.whole.has(iri) || values.length <= FEW + 2 ? values : values.slice(0, FEW);
    const rest = values.length - shown.length;
    return html`<div class="property">
      <dt><a href=${addressOf('thing', { iri })} title=${iri}>${label}</a></dt>
      <dd>
        ${shown.map((one) => this.value(one))}
        ${rest ? html`<button class="rest" @click=${() => (this.whole = new Set([...this.whole, iri]))}>+ ${rest}</button>` : nothing}
      </dd>
    </div>`;
  }

  private value(one: Said): TemplateResult {
    const open = this.open.has(one.place);
    return html`<div class="value">
      <div class="line">
        <sluis-term .term=${one.term} label=${one.label}></sluis-term>
        ${one.concluded ? html`<span class="concluded" title=${say('concludedTitle')}>${say('concluded')}</span>` : nothing}
        ${this.marks ? one.markings.map((marking) => html`<sluis-marking marking=${marking}></sluis-marking>`) : nothing}
        ${one.term.type === 'bnode'
          ? nothing
          : html`<button class="where" aria-expanded=${open} aria-label=${`${say('where')} ${one.propertyLabel} ${one.label}`} title=${say('where')} @click=${() => this.toggle(one.place)}>¶</button>`}
      </div>
      ${open
        ? html`<sluis-provenance .statement=${{ subject: this.subject, property: one.property, object: one.term }} .placesAnswer=${this.placesAnswer}></sluis-provenance>`
        : nothing}
    </div>`;
  }

  private toggle(place: string): void {
    const open = new Set(this.open);
    if (!open.delete(place)) open.add(place);
    this.open = open;
  }
}

const FEW = 12;

declare global {
  interface HTMLElementTagNameMap {
    'thing-statements': ThingStatements;
  }
}
