import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { Heeds } from '../../parts/heeds.js';
import '../../parts/marking.js';
import { bannerAt } from '../../service/me.js';
import { Problem } from '../../service/problem.js';
import { session } from '../../service/session.js';
import { common } from '../../style/common.js';
import { say } from './words.js';

/** Under which marking what is written here will stand, and how to write lower: by looking lower. */
@customElement('written-as')
export class WrittenAs extends LitElement {
  static override styles = [
    common,
    css`
      .strip { display: flex; flex-wrap: wrap; gap: 0.4rem 1rem; align-items: center; padding: 0.5rem 0.8rem; background: var(--foam); border-radius: var(--radius); font-size: var(--small); }
      p { margin: 0; }
      form { display: flex; flex-wrap: wrap; gap: 0.4rem; align-items: center; }
      .wrong { color: var(--bad); }
    `,
  ];

  /** What is sent is decided by its own label: the strip says what one looks at and no more. */
  @property({ type: Boolean }) looking = false;
  @state() private wrong = '';
  protected readonly heeds = new Heeds(this, [[session, 'known']]);

  override render(): TemplateResult | typeof nothing {
    const { me, lookingAs } = session;
    const marking = (session.view ?? me?.banner)?.marking;
    if (!me || !marking) return nothing;
    const others = me.levels.filter((level) => level.marking !== lookingAs);
    return html`<div class="strip">
      <p>
        ${lookingAs ? html`${say('lookingAs', { level: lookingAs })} ` : nothing}${say(this.looking ? 'lookAt' : 'marked')}
        <sluis-marking marking=${marking}></sluis-marking>${this.looking ? '.' : html` ${say('markedWhy')}`}
      </p>
      ${me.levels.length > 1
        ? html`<form @submit=${this.look}>
            <label>${say('writeLower')} <select>${others.map((level) => html`<option value=${level.marking}>${level.marking}</option>`)}</select></label>
            <button>${say('look')}</button>
            ${lookingAs ? html`<button type="button" @click=${() => session.lookAs('')}>${say('lookBack')}</button>` : nothing}
            <span class="wrong small" role="alert">${this.wrong}</span>
          </form>`
        : nothing}
    </div>`;
  }

  private readonly look = async (event: Event): Promise<void> => {
    event.preventDefault();
    const chosen = this.renderRoot.querySelector('select')?.value ?? '';
    try {
      await bannerAt(chosen);
      session.lookAs(chosen);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.wrong = error.status === 403 ? say('notThere') : error.detail;
    }
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'written-as': WrittenAs;
  }
}
