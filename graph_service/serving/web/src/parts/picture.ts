import { LitElement, css, html, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { fileName, save } from '../carry/files.js';
import { png, svgText, withBanner } from '../carry/picture.js';
import { pageBanner } from '../service/page-banner.js';
import { common } from '../style/common.js';
import { say } from './words.js';

/**
 * The frame of a picture: the picture itself in its slot, and the ways to keep it, with the banner inside the file.
 *
 * @slot - the picture
 * @slot tools - what else stands above the picture, at its left
 */
@customElement('sluis-picture')
export class SluisPicture extends LitElement {
  static override styles = [
    common,
    css`
      .tools { display: flex; flex-wrap: wrap; gap: 0.4rem; align-items: end; padding-bottom: 0.5rem; }
      .space { flex: 1; }
      .tools button { font-size: var(--small); }
    `,
  ];

  /** What the picture is called, in the file and its name. */
  @property() name = '';
  /** The banner of what it was made from; by default the page's. */
  @property() banner = '';
  /** Gives the picture as it is shown, with a `viewBox`. */
  @property({ attribute: false }) picture: (() => SVGSVGElement | null) | null = null;

  override render(): TemplateResult {
    return html`<div class="tools no-print">
        <slot name="tools"></slot><span class="space"></span>
        <span role="group" aria-label=${say('picture')} class="row">
          <button @click=${() => void this.keep('svg')}>${say('saveSvg')}</button>
          <button @click=${() => void this.keep('png')}>${say('savePng')}</button>
        </span>
      </div>
      <slot></slot>`;
  }

  private async keep(kind: 'svg' | 'png'): Promise<void> {
    const picture = this.picture?.();
    if (!picture) return;
    const banner = this.banner || pageBanner.marking;
    const marked = withBanner(picture, banner, this.name);
    const content = kind === 'png' ? await png(marked) : new Blob([svgText(marked)], { type: 'image/svg+xml' });
    save(content, fileName(banner, this.name, kind));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sluis-picture': SluisPicture;
  }
}
