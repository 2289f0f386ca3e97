import { LitElement, css, html, type TemplateResult } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import { common } from '../style/common.js';
import { say, type KeyWords } from './keys-words.js';

const KEYS: readonly (readonly [string, KeyWords])[] = [
  ['?', 'help'],
  ['/', 'search'],
  ['Tab', 'tab'],
  ['← ↑ ↓ →', 'arrows'],
  ['Home  End  Ctrl+End', 'ends'],
  ['Enter', 'enter'],
  ['Shift+→  Ctrl+C', 'copy'],
  ['Ctrl+Enter', 'run'],
  ['Esc', 'escape'],
]; // prettier-ignore

/** The keys of the page, opened with `?` wherever nothing is being written. */
@customElement('sluis-keys')
export class SluisKeys extends LitElement {
  static override styles = [
    common,
    css`
      dialog { border: 1px solid var(--line); border-radius: var(--radius); background: var(--raised); color: var(--ink); box-shadow: var(--shadow); padding: 1.2rem 1.4rem; max-width: min(34rem, 92vw); }
      dialog::backdrop { background: rgb(0 0 0 / 35%); }
      dl { display: grid; grid-template-columns: auto 1fr; gap: 0.5rem 1.2rem; margin: 1rem 0; }
      dd { margin: 0; }
    `,
  ];

  @query('dialog') private readonly dialog!: HTMLDialogElement;

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('keydown', this.press);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('keydown', this.press);
  }

  private readonly press = (event: KeyboardEvent): void => {
    if (event.key !== '?' || event.ctrlKey || event.metaKey || event.altKey || this.dialog.open) return;
    const at = event.composedPath()[0];
    if (at instanceof HTMLElement && (at.matches('input, textarea, select') || at.isContentEditable)) return;
    event.preventDefault();
    this.dialog.showModal();
  };

  override render(): TemplateResult {
    return html`<dialog aria-labelledby="title">
      <h2 id="title">${say('title')}</h2>
      <dl>${KEYS.map(([keys, what]) => html`<dt>${keys.split('  ').map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${say(what)}</dd>`)}</dl>
      <form method="dialog"><button>${say('close')}</button></form>
    </dialog>`;
  }
}
