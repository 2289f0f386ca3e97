import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { common } from '../style/common.js';
import type { Answered } from '../service/api.js';
import type { Problem } from '../service/problem.js';
import { number } from '../words.js';
import type { Asked } from './asked.js';
import { say } from './words.js';

const SHOW_AFTER = 150; // ms; what is quicker needs no notice

/**
 * What is to be said while a request runs, when it is refused, and when its answer is empty; nothing else.
 *
 * @fires again - the person wants to ask the same again
 */
@customElement('sluis-state')
export class SluisState extends LitElement {
  static override styles = [
    common,
    css`
      .asking { display: grid; gap: 0.6rem; padding: 0.5rem 0; }
      .bar { height: 0.9rem; border-radius: 4px; background: var(--foam); animation: breathe 1.2s ease-in-out infinite alternate; }
      .bar:nth-child(3) { width: 82%; } .bar:nth-child(4) { width: 91%; }
      @keyframes breathe { from { opacity: 0.45; } to { opacity: 1; } }
      .refused { background: var(--bad-ground); border: 1px solid var(--bad); border-radius: var(--radius); padding: 0.8rem 1rem; }
      .refused p:last-of-type { margin: 0; }
      .empty { padding: 1.2rem 0; color: var(--soft); }
    `,
  ];

  // The request is one object that changes: it is looked at anew whenever its room is.
  @property({ attribute: false, hasChanged: () => true }) asked: Asked<Answered> | null = null;
  /** Whether the answer that is there holds nothing. */
  @property({ type: Boolean }) empty = false;
  /** What to say of an empty answer besides that nothing was found: what the person could do. */
  @property() advice = '';
  @state() private now = performance.now();
  private clock = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    this.clock = window.setInterval(() => {
      if (this.asked?.state === 'asking') this.now = performance.now();
    }, 100);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearInterval(this.clock);
  }

  override render(): TemplateResult | typeof nothing {
    const { asked } = this;
    if (!asked) return nothing;
    if (asked.state === 'asking') return this.asking(this.now - asked.began, asked);
    if (asked.state === 'refused' && asked.problem) return this.refused(asked.problem);
    if (asked.state === 'answered' && this.empty) return html`<p class="empty" role="status">${say('empty')} ${this.advice}</p>`;
    return nothing;
  }

  private asking(elapsed: number, asked: Asked<Answered>): TemplateResult | typeof nothing {
    if (elapsed < SHOW_AFTER) return nothing;
    return html`<div class="asking">
      <div class="row">
        <span role="status">${say('asking')}</span>
        <span class="soft number" aria-hidden="true">${say('seconds', { seconds: number(Math.round(elapsed / 100) / 10) })}</span>
        <button @click=${() => asked.stop()}>${say('stop')}</button>
      </div>
      ${asked.answer ? nothing : html`<div class="bar"></div><div class="bar"></div><div class="bar"></div>`}
    </div>`;
  }

  private refused(problem: Problem): TemplateResult {
    const place = problem.line ? `(${say('at', { line: problem.line, column: problem.column ?? 1 })})` : '';
    return html`<div class="refused" role="alert">
      <p>${wordsOf(problem)} ${place}</p>
      ${problem.hint ? html`<p>${problem.hint}</p>` : nothing}
      <slot></slot>
      <button @click=${() => this.dispatchEvent(new CustomEvent('again'))}>${say('again')}</button>
    </div>`;
  }
}

/** The problem in the page's language where the page knows it better than the service; else in the service's words. */
export function wordsOf(problem: Problem): string {
  if (problem.type === 'no-answer') return say('noAnswer');
  if (problem.type === 'broken-off') return say('brokenOff');
  if (problem.status === 401) return say('notAuthenticated');
  return problem.detail || problem.title;
}

declare global {
  interface HTMLElementTagNameMap {
    'sluis-state': SluisState;
  }
}
