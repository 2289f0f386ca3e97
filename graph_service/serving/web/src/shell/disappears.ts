import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { Asked } from '../parts/asked.js';
import type { Answer, Answered } from '../service/api.js';
import { pageBanner } from '../service/page-banner.js';
import { session } from '../service/session.js';
import { common } from '../style/common.js';
import './difference.js';
import { say } from './disappears-words.js';

/** What the room shows at the lower clearance, beside what the own one would add: each answer on screen, compared. */
@customElement('sluis-disappears')
export class SluisDisappears extends LitElement {
  static override styles = [
    common,
    css`
      section { padding: 0.9rem 1.2rem 1.1rem; background: var(--card); border-bottom: 2px dashed var(--warn); max-height: 60vh; overflow: auto; }
      @media print { section { max-height: none; } }
      sluis-difference { margin-top: 0.8rem; }
      p { margin: 0.3rem 0 0; max-width: 60rem; }
    `,
  ];

  @state() private shown: readonly (Answer | Answered)[] = [];
  private readonly look = (): void => {
    const found = pageBanner.owners.flatMap((owner) => (owner instanceof Asked && owner.answer ? [owner.answer as Answered] : []));
    const one = new Map(found.filter(isLower).map((answer) => [keyOf(answer), answer]));
    this.shown = [...one.values()];
  };

  override connectedCallback(): void {
    super.connectedCallback();
    pageBanner.addEventListener('change', this.look);
    this.look();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    pageBanner.removeEventListener('change', this.look);
  }

  override render(): TemplateResult {
    return html`<section aria-labelledby="title" tabindex="0">
      <h2 id="title">${say('title', { marking: session.lookingAs })}</h2>
      <p class="soft small">${say('why')}</p>
      ${this.shown.length === 0 ? html`<p role="status">${say('nothing')}</p>` : nothing}
      ${repeat(this.shown, keyOf, (answer) => html`<sluis-difference .answer=${answer}></sluis-difference>`)}
    </section>`;
  }
}

/** Whether it is an answer to a query or a question, asked at the clearance that is looked as. */
function isLower({ request }: Answered): boolean {
  return request.params['clearance'] === session.lookingAs && /^(sparql$|queries\/)/.test(request.path);
}

/** Equal for two answers to one request, but for the markings of rows. */
function keyOf({ request: { path, params, query } }: Answered): string {
  const given = Object.entries(params).filter(([name]) => name !== 'mark');
  return JSON.stringify([path, given.sort(), query ?? null]);
}

declare global {
  interface HTMLElementTagNameMap {
    'sluis-disappears': SluisDisappears;
  }
}
