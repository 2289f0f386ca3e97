import { html, nothing, type TemplateResult } from 'lit';
import '../../parts/marking.js';
import { wordsOf } from '../../parts/state.js';
import { isFinal, type Sending, type Sent } from './sending.js';
import { say } from './words.js';

const BECOMES = { waiting: 'waiting', accepted: 'stored', published: 'published', refused: 'refused' } as const;

/** What was sent and what became of it, and why the last of it was not taken. */
export function sentList(sending: Sending): TemplateResult | typeof nothing {
  const { sent, problem } = sending;
  if (sent.length === 0 && !problem) return nothing;
  return html`<section class="sent" aria-label=${say('sent')}>
    ${problem ? html`<p class="refused" role="alert">${wordsOf(problem)}</p>` : nothing}
    <ul role="status">
      ${sent.map(
        (one) => html`<li class=${one.state}>
          <span class="dot" aria-hidden="true">${one.state === 'published' ? '✓' : one.state === 'refused' ? '✕' : '…'}</span>
          <span>${whatOf(one)} ${say(BECOMES[one.state])}${one.marking ? html` <sluis-marking marking=${one.marking}></sluis-marking>` : nothing}${why(one)}</span>
          ${isFinal(one) ? html`<button class="plain small" @click=${() => sending.forget(one.id)}>${say('dismiss')}</button>` : nothing}
        </li>`,
      )}
    </ul>
  </section>`;
}

function why(one: Sent): string {
  if (one.state !== 'refused') return '';
  return `: ${one.reason || say('forgotten')}`;
}

function whatOf({ kind, n }: Sent): string {
  if (kind === 'accepted' || kind === 'rejected' || kind === 'corrected') return say(kind, { n });
  return say('decision', { n });
}
