import { LitElement, css, html, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { common } from '../style/common.js';

/** A button that opens a small panel with what stands in the slot. Escape, a press beside it and leaving it close it. */
@customElement('sluis-menu')
export class SluisMenu extends LitElement {
  static override styles = [
    common,
    css`
      :host { display: inline-block; position: relative; }
      .panel {
        position: absolute; inset-inline-end: 0; top: calc(100% + 0.3rem); z-index: 4; min-width: 12rem; max-width: min(24rem, 90vw);
        max-height: min(60vh, 30rem); overflow: auto; padding: 0.6rem; background: var(--raised); border: 1px solid var(--line);
        border-radius: var(--radius); box-shadow: var(--shadow); display: grid; gap: 0.3rem;
      }
      :host([start]) .panel { inset-inline: 0 auto; }
      .mark { font-size: 0.7em; }
    `,
  ];

  @property() label = '';
  @property({ type: Boolean, reflect: true }) open = false;
  @query('button') private readonly button!: HTMLButtonElement;

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('keydown', this.onKey);
    this.addEventListener('focusout', this.onLeave);
    document.addEventListener('pointerdown', this.onPress);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('pointerdown', this.onPress);
  }

  /** Close it, and be where one was before it was opened. */
  close(): void {
    if (!this.open) return;
    this.open = false;
    this.button.focus();
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !this.open) return;
    event.stopPropagation();
    this.close();
  };

  private readonly onLeave = (event: FocusEvent): void => {
    const to = event.relatedTarget;
    if (to instanceof Node && !this.contains(to) && to !== this) this.open = false;
  };

  private readonly onPress = (event: Event): void => {
    if (!event.composedPath().includes(this)) this.open = false;
  };

  override render(): TemplateResult {
    return html`<button aria-expanded=${this.open} @click=${() => (this.open = !this.open)}>
        ${this.label} <span class="mark" aria-hidden="true">▾</span>
      </button>
      <div class="panel" ?hidden=${!this.open}><slot></slot></div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sluis-menu': SluisMenu;
  }
}
