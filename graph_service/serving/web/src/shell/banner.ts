import { LitElement, css, html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { Heeds } from '../parts/heeds.js';
import { coloursOf } from '../parts/marking.js';
import { pageBanner } from '../service/page-banner.js';
import { session, type BannerShown } from '../service/session.js';
import { common } from '../style/common.js';
import { styled, type Styles } from '../style/styled.js';
import { say } from './words.js';

/** Letters of a marking that would take three lines of a phone at the top and three at the bottom: it is written smaller, never cut. */
const LONG = 80;

/**
 * The marking of all that is on screen, across the page: once at the top and once at the bottom. A marking of several
 * policies has the colour of the highest level, and each policy's part its own behind its words.
 */
@customElement('sluis-banner')
export class SluisBanner extends LitElement {
  static override styles = [
    common,
    css`
      div {
        min-height: 1.7rem; padding: 0.22rem 1rem; background: var(--deep); color: var(--on-deep); font-weight: 700; font-size: 0.86rem;
        letter-spacing: 0.04em; line-height: 1.35; text-align: center;
        -webkit-print-color-adjust: exact; print-color-adjust: exact;
      }
      .other { padding: 0 0.5em; border-radius: 3px; -webkit-box-decoration-break: clone; box-decoration-break: clone; }
      @media (max-width: 40rem) { div { font-size: 0.72rem; line-height: 1.25; min-height: 1.4rem; letter-spacing: 0.02em; } div.long { padding: 0.15rem 0.4rem; font-size: 0.64rem; line-height: 1.2; letter-spacing: 0; } }
      @media (forced-colors: active) { div, .other { border: 1px solid; } }
    `,
  ];

  protected readonly heeds = new Heeds(this, [[pageBanner, 'change'], [session, 'known']]);

  override render(): TemplateResult {
    const { marking, shown } = pageBanner;
    const colours = shown ?? coloursOf(marking);
    const said = marking ? say('marking', { marking }) : say('unmarked');
    return html`<div class=${marking.length > LONG ? 'long' : ''} ${styled(colours ? painted(colours) : {})} role="note" aria-label=${said}>
      ${shown && shown.parts.length > 1 ? parts(shown) : marking || '—'}
    </div>`;
  }
}

function parts(shown: BannerShown): readonly TemplateResult[] {
  return shown.parts.map((part, index) => {
    const own = part.colour === shown.colour ? null : painted(part);
    return html`${index > 0 ? ' + ' : ''}${own ? html`<span class="other" ${styled(own)}>${part.marking}</span>` : part.marking}`;
  });
}

function painted({ colour, ink }: { readonly colour: string; readonly ink: string }): Styles {
  return { 'background-color': colour, color: ink };
}
