import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { Heeds } from './heeds.js';
import { styled } from '../style/styled.js';
import { pageBanner } from '../service/page-banner.js';
import { session } from '../service/session.js';
import { common } from '../style/common.js';
import { coloursIn, type Colours } from './marking-colours.js';
import { say } from './words.js';

export type { Colours };

/** The colours of a marking in the policies of the asker; null where they are not known. */
export function coloursOf(marking: string): Colours | null {
  const { shown } = pageBanner;
  return shown?.marking === marking ? shown : coloursIn(session.me?.levels ?? [], marking);
}

/** A marking as a badge: its text, in the colours of its policy. */
@customElement('sluis-marking')
export class SluisMarking extends LitElement {
  static override styles = [
    common,
    css`
      :host { display: inline-block; }
      span {
        display: inline-block; padding: 0.05em 0.5em; border-radius: 3px; border: 1px solid var(--strong-line);
        font-size: var(--tiny); font-weight: 650; letter-spacing: 0.02em; line-height: 1.5; overflow-wrap: anywhere;
      }
    `,
  ];

  @property() marking = '';
  protected readonly heeds = new Heeds(this, [[session, 'known']]);

  override render(): TemplateResult | typeof nothing {
    if (!this.marking) return nothing;
    const colours = coloursOf(this.marking);
    const style = colours ? { background: colours.colour, color: colours.ink, 'border-color': colours.colour } : {};
    return html`<span ${styled(style)} title=${say('marking', { marking: this.marking })}>${this.marking}</span>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sluis-marking': SluisMarking;
  }
}
