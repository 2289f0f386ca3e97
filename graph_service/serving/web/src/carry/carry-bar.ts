import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { pageBanner } from '../service/page-banner.js';
import { common } from '../style/common.js';
import { briefing } from './briefing.js';
import { fileName, save } from './files.js';
import { carries } from './parts.js';
import { say } from './words.js';

/** The ways to take along what a room shows: its address, a briefing, paper. */
@customElement('sluis-carry')
export class SluisCarry extends LitElement {
  static override styles = [
    common,
    css`
      :host { position: absolute; top: 1.2rem; right: 1.2rem; }
      button { font-size: var(--small); }
      p { margin: 0.3rem 0 0; font-size: var(--small); text-align: right; }
      @media (max-width: 50rem) { :host { position: static; margin-bottom: 0.8rem; } p { text-align: left; } }
      @media print { :host { display: none; } }
    `,
  ];

  /** The room that is open. */
  @property({ attribute: false }) room: (() => Element | null) | null = null;
  /** What the room is called. */
  @property() name = '';
  @state() private notice = '';

  override render(): TemplateResult {
    return html`<div class="row" role="group" aria-label=${say('carry')}>
        <button @click=${this.share}>${say('share')}</button>
        <button @click=${this.brief}>${say('briefing')}</button>
        <button @click=${() => window.print()}>${say('print')}</button>
      </div>
      ${this.notice ? html`<p role="status">${this.notice}</p>` : nothing}`;
  }

  private async share(): Promise<void> {
    await navigator.clipboard.writeText(location.href);
    this.notice = say('shared');
  }

  private brief(): void {
    const room = this.room?.() ?? null;
    const parts = carries(room) ? room.carry() : [];
    if (parts.length === 0) {
      this.notice = say('nothing');
      return;
    }
    const banner = pageBanner.marking;
    save(briefing(this.name, banner, parts), fileName(banner, this.name, 'html'), 'text/html;charset=utf-8');
    this.notice = '';
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sluis-carry': SluisCarry;
  }
}
