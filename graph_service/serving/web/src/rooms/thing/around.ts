import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { Asked } from '../../parts/asked.js';
import type { SluisGraph } from '../../parts/graph/graph.js';
import '../../parts/picture.js';
import '../../parts/state.js';
import { question } from '../../service/api.js';
import { go, setParams } from '../../service/route.js';
import { common } from '../../style/common.js';
import { neighbourhood, type Neighbourhood } from './neighbourhood.js';
import type { Said } from './statements.js';
import { say } from './words.js';

/** What a thing is next to, as a small picture. The lists of the page hold the same; it is drawn when somebody asks for it. */
@customElement('thing-around')
export class ThingAround extends LitElement {
  static override styles = [
    common,
    css`
      .part { margin-bottom: 2.2rem; }
      .head { gap: 0.8rem; }
      sluis-picture { margin-top: 0.6rem; }
      sluis-graph { --graph-height: 26rem; }
      p { font-size: var(--small); }
    `,
  ];

  @property() thing = '';
  @property() name = '';
  @property({ attribute: false }) said: readonly Said[] = [];
  @property({ type: Boolean }) open = false;
  @state() private loaded = false;
  @query('sluis-graph') private readonly graph!: SluisGraph | null;
  private readonly pointing = new Asked(this);
  private readFor = '';
  private drawn: Neighbourhood | null = null;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!this.open || !this.thing) {
      if (changed.has('open') || changed.has('thing')) this.pointing.clear();
      this.readFor = '';
      return;
    }
    if (this.readFor !== this.thing) void this.read();
    this.drawn = this.pointing.answer ? neighbourhood(this.thing, this.name, this.said, this.pointing.answer.rows) : null;
  }

  private async read(): Promise<void> {
    const { thing } = this;
    this.readFor = thing;
    this.pointing.clear();
    await Promise.all([
      import('../../parts/graph/graph.js').then(() => (this.loaded = true)),
      this.pointing.ask((signal) => question('links-to-thing', { thing }, { signal })),
    ]);
  }

  override render(): TemplateResult {
    return html`<section class="part">
      <div class="row head">
        <h2>${say('around')}</h2>
        <button aria-expanded=${this.open} @click=${() => setParams({ around: this.open ? null : '1' })}>${say(this.open ? 'hide' : 'draw')}</button>
      </div>
      ${this.open ? this.picture() : nothing}
    </section>`;
  }

  private picture(): TemplateResult {
    const { drawn, loaded } = this;
    return html`<sluis-state .asked=${this.pointing} @again=${() => void this.read()}></sluis-state>
      ${drawn && loaded
        ? html`<sluis-picture .name=${this.name} .picture=${() => this.graph?.picture() ?? null}>
              <sluis-graph .name=${say('aroundOf', { name: this.name })} .graph=${drawn.graph} .chosen=${this.thing} @open=${({ detail }: CustomEvent<{ id: string }>) => go('thing', { iri: detail.id })}></sluis-graph>
            </sluis-picture>
            <p class="soft">${drawn.left ? say('aroundSome', { n: drawn.left }) : nothing} ${say('aroundHow')}</p>`
        : nothing}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'thing-around': ThingAround;
  }
}
