import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { CarryPart } from '../../carry/parts.js';
import { Asked } from '../../parts/asked.js';
import '../../parts/state.js';
import { json, type JsonAnswer } from '../../service/api.js';
import { addressOf, setParams } from '../../service/route.js';
import { session } from '../../service/session.js';
import { common } from '../../style/common.js';
import { AUDIENCES, shelves, summaryOf, type Catalogue, type Question } from './catalogue.js';
import './question-page.js';
import type { AskQuestion } from './question-page.js';
import { say } from './words.js';

/** The questions that the service knows: all of them, or the one that `_question` names. */
@customElement('ask-room')
export class AskRoom extends LitElement {
  static override styles = [
    common,
    css`
      .find { display: flex; flex-wrap: wrap; gap: 0.6rem; align-items: center; }
      .find input { flex: 1 1 18rem; max-width: 34rem; }
      .shelves { columns: 26rem auto; column-gap: 2.5rem; }
      section { break-inside: avoid-column; margin-bottom: 1.4rem; }
      h2 { border-bottom: 1px solid var(--strong-line); padding-bottom: 0.25rem; margin-bottom: 0.25rem; font-size: 1.02rem; }
      ul { list-style: none; margin: 0; padding: 0; }
      li a { display: block; padding: 0.3rem 0; color: var(--ink); text-decoration: none; border-bottom: 1px solid var(--line); line-height: 1.4; }
      li a:hover { color: var(--accent); text-decoration: underline; }
      .lead { max-width: 44rem; margin: 0.3rem 0 0; }
    `,
  ];

  @property({ attribute: false }) params = new URLSearchParams();
  @query('ask-question') private readonly page!: AskQuestion | null;
  private readonly listed = new Asked<JsonAnswer<Catalogue>>(this);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.list();
  }

  private readonly list = (): Promise<unknown> => this.listed.ask((signal) => json<Catalogue>('queries', {}, { signal }));

  private get search(): string {
    return this.params.get('_find') ?? '';
  }

  override render(): TemplateResult {
    const questions = this.listed.answer?.data.queries ?? [];
    const name = this.params.get('_question');
    const found = questions.find((question) => question.name === name);
    if (name && found) return html`<ask-question .question=${found} .params=${this.params}></ask-question>`;
    return html`<div class="stack">
      <div>
        <h1>${say('title')}</h1>
        <p class="lead soft">${say('lead')}</p>
      </div>
      ${name && questions.length > 0 ? html`<p role="alert">${say('noSuch')}</p>` : nothing}
      <sluis-state .asked=${this.listed} @again=${this.list}></sluis-state>
      ${questions.length > 0 ? this.shelves(questions) : nothing}
    </div>`;
  }

  private shelves(questions: readonly Question[]): TemplateResult {
    const audience = this.params.get('_for') ?? '';
    const found = shelves(questions, this.search, audience);
    const n = found.reduce((sum, shelf) => sum + shelf.questions.length, 0);
    return html`<div class="find" role="search">
        <input type="search" aria-label=${say('search')} placeholder=${say('search')} .value=${this.search}
          @input=${(event: InputEvent) => setParams({ _find: (event.target as HTMLInputElement).value })} />
        <select aria-label=${say('audience')} @change=${(event: Event) => setParams({ _for: (event.target as HTMLSelectElement).value })}>
          <option value="" ?selected=${audience === ''}>${say('everyone')}</option>
          ${AUDIENCES.map((one) => html`<option value=${one} ?selected=${audience === one}>${say(one)}</option>`)}
        </select>
        <span class="soft small" role="status">${say('found', { n })}</span>
      </div>
      ${n === 0 ? html`<p class="soft">${say('nothing')}</p>` : nothing}
      <div class="shelves">
        ${found.map(
          ({ topic, questions }) => html`<section>
            <h2>${say(topic)}</h2>
            <ul>
              ${questions.map((question) => html`<li><a href=${addressOf('ask', { _question: question.name })}>${summaryOf(question, session.language)}</a></li>`)}
            </ul>
          </section>`,
        )}
      </div>`;
  }

  carry(): readonly CarryPart[] {
    return this.page?.carry() ?? [];
  }
}
