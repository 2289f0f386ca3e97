/** What stands on one arrow: assumptions, and evidence for and against with where it comes from. */

import { css, html, nothing, type TemplateResult } from 'lit';
import '../../parts/marking.js';
import '../../parts/thing.js';
import type { Arrow, Part } from './flow.js';
import { evidenceWords } from './draw.js';
import { say } from './words.js';

export const evidenceStyle = css`
  .evidence { border-top: 3px solid var(--accent); padding-top: 0.8rem; }
  .evidence h2:focus { outline: none; }
  .parts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(17rem, 100%), 1fr)); gap: 1rem 1.6rem; margin-top: 0.8rem; }
  .parts h3 { border-bottom: 1px solid var(--line); padding-bottom: 0.25rem; }
  .parts ul { list-style: none; margin: 0; padding: 0; }
  .parts li { padding: 0.6rem 0; border-bottom: 1px solid var(--line); }
  .parts dl { margin: 0.25rem 0 0; font-size: var(--small); display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0.1rem 0.7rem; }
  .parts dt { color: var(--soft); } .parts dd { margin: 0; }
`;

export function evidence(arrow: Arrow, names: ReadonlyMap<string, string>, close: () => void): TemplateResult {
  return html`<section class="evidence" aria-labelledby="chosen">
    <div class="row spread">
      <h2 id="chosen" tabindex="-1">${say('fromTo', { from: names.get(arrow.from) ?? '', to: names.get(arrow.to) ?? '' })}</h2>
      <button @click=${close}>${say('close')}</button>
    </div>
    <p>${evidenceWords(arrow)} <sluis-marking .marking=${arrow.marking}></sluis-marking></p>
    <p class="small soft">${say('arrow')}: <sluis-thing .iri=${arrow.iri} .label=${arrow.label}></sluis-thing>${arrow.documents ? html`. ${say('statedIn')}: ${arrow.documents}` : nothing}</p>
    <div class="parts">
      ${list(say('evidenceFor'), arrow.for, say('noFor'))}
      ${list(say('evidenceAgainst'), arrow.against, say('noAgainst'))}
      ${list(say('assumptions'), arrow.assumptions, say('noAssumption'))}
    </div>
  </section>`;
}

function list(heading: string, parts: readonly Part[], nothingFound: string): TemplateResult {
  return html`<div>
    <h3>${heading}</h3>
    ${parts.length === 0 ? html`<p class="soft small">${nothingFound}</p>` : html`<ul>${parts.map(item)}</ul>`}
  </div>`;
}

function item(part: Part): TemplateResult {
  const told = (word: string, value: TemplateResult | string): TemplateResult => html`<dt>${word}</dt><dd>${value}</dd>`;
  return html`<li>
    <sluis-thing .iri=${part.iri} .label=${part.label}></sluis-thing> <sluis-marking .marking=${part.marking}></sluis-marking>
    <dl>
      ${part.sources.map((source) => told(say('source'), html`<sluis-thing .iri=${source.iri} .label=${source.label}></sluis-thing>`))}
      ${part.sourceTypes ? told(say('types'), part.sourceTypes) : nothing}
      ${part.confidence ? told(say('confidence'), part.confidence) : nothing}
      ${part.documents ? told(say('statedIn'), part.documents) : nothing}
    </dl>
  </li>`;
}
