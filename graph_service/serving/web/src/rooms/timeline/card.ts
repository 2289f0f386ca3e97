/** What is said of one thing, or of a heap of them, beside the picture. */

import { css, html, nothing, type TemplateResult } from 'lit';
import '../../parts/marking.js';
import '../../parts/thing.js';
import type { Item } from './items.js';
import { when } from './when.js';
import { say } from './words.js';

const MOST = 40;

export const cardStyle = css`
  .card-at { position: absolute; z-index: 3; width: min(23rem, calc(100% - 1rem)); padding: 0.75rem 0.9rem; background: var(--raised); border: 1px solid var(--line); border-radius: var(--radius); box-shadow: var(--shadow); font-size: 0.92rem; }
  .card-at h3 { font-size: 1rem; margin: 0 0 0.25rem; overflow-wrap: anywhere; }
  .card-at p { margin: 0 0 0.25rem; }
  .card-at dl { margin: 0.4rem 0 0; display: grid; gap: 0.15rem; font-size: var(--small); }
  .card-at dt { color: var(--soft); } .card-at dd { margin: 0 0 0.25rem; overflow-wrap: anywhere; }
  .card-at ul { list-style: none; margin: 0.3rem 0 0; padding: 0; max-height: 17rem; overflow: auto; }
  .card-at li { padding: 0.25rem 0; border-top: 1px solid var(--line); }
  .kind { color: var(--soft); font-size: var(--small); }
`;

export function card(item: Item): TemplateResult {
  return html`<div class="row spread"><span class="kind">${say(`one${item.kind}`)}</span><sluis-marking .marking=${item.marking}></sluis-marking></div>
    <h3><sluis-thing .iri=${item.iri} .label=${item.label}></sluis-thing></h3>
    <p>${when(item)}</p>
    ${item.note || item.documents
      ? html`<dl>
          ${item.note ? html`<div><dt>${say('note')}</dt><dd>${item.note}</dd></div>` : nothing}
          ${item.documents ? html`<div><dt>${say('documents')}</dt><dd>${item.documents}</dd></div>` : nothing}
        </dl>`
      : nothing}`;
}

export function heapCard(items: readonly Item[], closer: () => void): TemplateResult {
  return html`<div class="row spread"><strong>${say('heapTitle', { n: items.length })}</strong><button @click=${closer}>${say('closer')}</button></div>
    <ul>${items.slice(0, MOST).map((item) => html`<li><sluis-thing .iri=${item.iri} .label=${item.label}></sluis-thing> <span class="kind">${when(item)}</span> <sluis-marking .marking=${item.marking}></sluis-marking></li>`)}</ul>
    ${items.length > MOST ? html`<p class="kind">${say('first', { n: MOST })}</p>` : nothing}`;
}
