import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { styled } from '../style/styled.js';
import { session } from '../service/session.js';
import { common } from '../style/common.js';
import { say } from './words.js';

export interface Colours {
  readonly colour: string;
  readonly ink: string;
}

/** The colours in which the policy shows the level that a marking begins with; null where it says none. */
export function coloursOf(marking: string): Colours | null {
  const levels = session.me?.levels ?? [];
  const fitting = levels.filter((level) => marking.startsWith(level.marking));
  return fitting.sort((a, b) => b.marking.length - a.marking.length)[0] ?? null;
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
        font-size: var(--tiny); font-weight: 650; letter-spacing: 0.02em; line-height: 1.5; white-space: nowrap;
      }
    `,
  ];

  @property() marking = '';

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
