import { LitElement, css, html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { coloursOf } from '../parts/marking.js';
import { pageBanner } from '../service/page-banner.js';
import { session } from '../service/session.js';
import { common } from '../style/common.js';
import { styled } from '../style/styled.js';
import { say } from './words.js';

/** The marking of all that is on screen, across the page: once at the top and once at the bottom. */
@customElement('sluis-banner')
export class SluisBanner extends LitElement {
  static override styles = [
    common,
    css`
      div {
        display: flex; justify-content: center; align-items: center; min-height: 1.7rem; padding: 0.1rem 1rem;
        background: var(--deep); color: var(--on-deep); font-weight: 700; font-size: 0.86rem; letter-spacing: 0.04em;
        text-align: center; -webkit-print-color-adjust: exact; print-color-adjust: exact;
      }
    `,
  ];

  private readonly renew = (): void => this.requestUpdate();

  override connectedCallback(): void {
    super.connectedCallback();
    pageBanner.addEventListener('change', this.renew);
    session.addEventListener('known', this.renew);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    pageBanner.removeEventListener('change', this.renew);
    session.removeEventListener('known', this.renew);
  }

  override render(): TemplateResult {
    const { marking } = pageBanner;
    const colours = coloursOf(marking);
    const style = colours ? { background: colours.colour, color: colours.ink } : {};
    const said = marking ? say('marking', { marking }) : say('unmarked');
    return html`<div ${styled(style)} role="note" aria-label=${said}>${marking || '—'}</div>`;
  }
}
