import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { Heeds } from '../parts/heeds.js';
import '../parts/marking.js';
import { session, type Me } from '../service/session.js';
import { dateText } from '../service/terms.js';
import { common } from '../style/common.js';
import { say } from './who-words.js';

/** How many days before its end a clearance is warned of. */
export const WARN_DAYS = 14;

/**
 * What must not be overlooked of who asks: that they look as a lower clearance, that theirs ends soon, that their token
 * is not known any more.
 *
 * @fires sign-in - the person wants to sign in
 */
@customElement('sluis-standing')
export class SluisStanding extends LitElement {
  static override styles = [
    common,
    css`
      .bar { display: flex; flex-wrap: wrap; align-items: center; gap: 0.3rem 0.8rem; padding: 0.4rem 1.2rem; border-bottom: 1px solid var(--line); }
      .looking {
        color: var(--warn); border-bottom: 2px dashed var(--warn);
        background: repeating-linear-gradient(-45deg, var(--warn-ground) 0 0.7rem, var(--paper) 0.7rem 1.4rem);
      }
      .looking > * { background: var(--card); }
      .looking .said { color: var(--ink); padding: 0.15rem 0.6rem; border-radius: var(--radius); font-weight: 600; }
      .ends { background: var(--warn-ground); color: var(--warn); }
      .refused { background: var(--bad-ground); color: var(--bad); }
      button { font-size: var(--small); color: var(--ink); }
      @media print { .ends, .refused, button { display: none; } }
    `,
  ];

  @state() private comparing = false;
  protected readonly heeds = new Heeds(this, [[session, 'known'], [session, 'change']], () => {
    if (!session.lookingAs) this.comparing = false;
    this.requestUpdate();
  });

  override render(): TemplateResult {
    return html`${this.refused()} ${session.me ? this.ends(session.me) : nothing} ${this.looking()}`;
  }

  private looking(): TemplateResult | typeof nothing {
    const { lookingAs } = session;
    if (!lookingAs) return nothing;
    return html`<div class="bar looking" role="status">
        <span class="said">${say('looking')} ${lookingAs}</span>
        <button aria-expanded=${this.comparing} @click=${this.compare}>
          ${say(this.comparing ? 'hide' : 'disappears')}
        </button>
        <button @click=${() => session.lookAs('')}>${say('back')}</button>
      </div>
      ${this.comparing ? html`<sluis-disappears></sluis-disappears>` : nothing}`;
  }

  private readonly compare = async (): Promise<void> => {
    await import('./disappears.js');
    this.comparing = !this.comparing;
  };

  private ends({ validity: { until, days_left: left } }: Me): TemplateResult | typeof nothing {
    if (until === null || left === null || left > WARN_DAYS) return nothing;
    const said = left === 0 ? say('endsToday') : say('ends', { day: dateText(until), n: left });
    return html`<div class="bar ends" role="status"><span>${said} ${say('renew')}</span></div>`;
  }

  private refused(): TemplateResult | typeof nothing {
    const { refusal } = session;
    if (!refusal || (refusal.status !== 401 && refusal.status !== 403)) return nothing;
    const said = refusal.status === 401 ? say('unknownToken') : session.lookingAs ? say('notYours') : say('notInForce');
    const out = session.lookingAs && refusal.status === 403 ? () => session.lookAs('') : () => session.signOut();
    return html`<div class="bar refused" role="alert">
      <span>${said}</span>
      <button @click=${() => this.dispatchEvent(new Event('sign-in'))}>${say('signIn')}</button>
      <button @click=${out}>${session.lookingAs && refusal.status === 403 ? say('back') : say('signOut')}</button>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sluis-standing': SluisStanding;
  }
}
