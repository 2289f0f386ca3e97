import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { select } from '../service/api.js';
import { Problem } from '../service/problem.js';
import { session, type LevelShown, type Me } from '../service/session.js';
import { common } from '../style/common.js';
import { wordsOf } from '../parts/state.js';
import { say } from './who-words.js';

const BETWEEN_POLICIES = ' + ';

/**
 * The form that chooses a lower clearance to look as: a level, or nothing, of each policy held.
 *
 * @fires done - the session looks as the chosen clearance
 */
@customElement('sluis-look-as')
export class SluisLookAs extends LitElement {
  static override styles = [
    common,
    css`
      form { display: grid; gap: 0.6rem; margin-top: 0.7rem; }
      select { width: 100%; }
      .wrong { color: var(--bad); margin: 0; }
      p { margin: 0.3rem 0 0; }
    `,
  ];

  @property({ attribute: false }) me: Me | null = null;
  @state() private wrong = '';
  @state() private trying = false;

  override render(): TemplateResult | typeof nothing {
    const { me } = this;
    if (!me) return nothing;
    const looked = session.lookingAs.split(BETWEEN_POLICIES);
    return html`<h3>${say('lookAs')}</h3>
      <p class="soft small">${say('lookAsWhy')}</p>
      <form @submit=${this.look}>
        ${me.clearance.map(({ policy, titles }) => {
          const levels = me.levels.filter((level) => level.policy === policy);
          return levels.length ? this.choice(titles[session.language] ?? policy, levels, looked) : nothing;
        })}
        <p class="wrong" role="alert">${this.wrong}</p>
        <div class="row">
          <button class="primary" ?disabled=${this.trying}>${say('look')}</button>
          <span role="status" class="soft small">${this.trying ? say('preparing') : nothing}</span>
          ${session.lookingAs ? html`<button type="button" @click=${this.back}>${say('back')}</button>` : nothing}
        </div>
      </form>`;
  }

  private choice(name: string, levels: readonly LevelShown[], looked: readonly string[]): TemplateResult {
    const chosen = session.lookingAs ? levels.find((level) => looked.includes(level.marking)) : levels.at(-1);
    return html`<label class="field">
      ${name}
      <select>
        <option value="" ?selected=${!chosen}>${say('nothing')}</option>
        ${[...levels].reverse().map((level) => {
          const title = level.titles[session.language];
          const more = title && title.toLowerCase() !== level.marking.toLowerCase() ? ` — ${title}` : '';
          return html`<option value=${level.marking} ?selected=${level === chosen}>${level.marking}${more}</option>`;
        })}
      </select>
    </label>`;
  }

  private async look(event: Event): Promise<void> {
    event.preventDefault();
    const chosen = [...this.renderRoot.querySelectorAll('select')].map((select) => select.value).filter(Boolean);
    if (this.trying) return;
    if (chosen.length === 0) {
      this.wrong = say('notYours');
      return;
    }
    [this.trying, this.wrong] = [true, ''];
    const clearance = chosen.join(BETWEEN_POLICIES);
    try {
      // Refused where nothing is visible: then all of the page would be. And the service gets that part of the view ready,
      // which takes seconds where it is large: better here, once, than in every answer of the page.
      await select('ASK {}', { as: clearance });
      session.lookAs(clearance);
      this.dispatchEvent(new Event('done'));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.wrong = error.status === 403 ? say('notYours') : wordsOf(error);
    } finally {
      this.trying = false;
    }
  }

  private readonly back = (): void => {
    session.lookAs('');
    this.dispatchEvent(new Event('done'));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'sluis-look-as': SluisLookAs;
  }
}
