/** What is known of the chosen actor or link, and where that stands. */

import { html, nothing, type TemplateResult } from 'lit';
import '../../parts/marking.js';
import '../../parts/thing.js';
import type { Stated } from '../../parts/period/scale.js';
import { dateText } from '../../service/terms.js';
import { nameOf, type Actor, type Link, type LinkWords, type Network } from './model.js';
import { say } from './words.js';

/** A period in words, as exact as it was stated; empty for none. */
export function periodText({ since, until }: Stated): string {
  if (since && since === until) return dateText(since);
  if (since && until) return say('between', { since: dateText(since), until: dateText(until) });
  if (since) return say('since', { since: dateText(since) });
  return until ? say('until', { until: dateText(until) }) : '';
}

interface Shown {
  readonly network: Network;
  readonly links: readonly Link[];
  readonly words: LinkWords;
  readonly choose: (iri: string) => void;
}

const FIRST = 10;

/** Where to begin: the actors with most of the links that are shown. */
export function mostLinked({ network, links, choose }: Shown): TemplateResult {
  const counted = new Map<string, number>();
  for (const { from, to } of links) for (const end of new Set([from, to])) counted.set(end, (counted.get(end) ?? 0) + 1);
  const first = [...counted].sort(([, a], [, b]) => b - a).slice(0, FIRST);
  return html`<p class="soft">${say('nothingChosen')}</p>
    <h2>${say('mostLinks')}</h2>
    <ol class="links">
      ${first.map(([iri, n]) => html`<li class="spread"><button class="plain" @click=${() => choose(iri)}>${network.actors.get(iri)?.label}</button><span class="number soft">${n}</span></li>`)}
    </ol>`;
}

export function actorDetails(actor: Actor, { network, links, words, choose }: Shown, actions: TemplateResult): TemplateResult {
  const its = links.filter(({ from, to }) => from === actor.iri || to === actor.iri);
  const kind = network.kinds.find(({ key }) => key === actor.kind)?.label ?? '';
  return html`
    <h2><sluis-thing .iri=${actor.iri} .label=${actor.label}></sluis-thing></h2>
    <p class="small soft">${actor.types || kind || say('unknownKind')} ${actor.marking ? html`<sluis-marking .marking=${actor.marking}></sluis-marking>` : nothing}</p>
    ${actor.since || actor.until ? html`<p class="small">${say('exists')} ${periodText(actor)}</p>` : nothing} ${actions}
    <p class="small soft">${say('links', { n: its.length })}</p>
    <ul class="links">
      ${its.map((link) => linkOfActor(link, actor.iri, network, words, choose))}
    </ul>
  `;
}

function linkOfActor(link: Link, actor: string, network: Network, words: LinkWords, choose: (iri: string) => void): TemplateResult {
  const isOut = link.from === actor;
  const other = network.actors.get(isOut ? link.to : link.from);
  const arrow = link.isSymmetric ? '↔' : isOut ? '→' : '←';
  return html`<li>
    <button class="plain" @click=${() => choose(link.iri)}>
      <span aria-hidden="true">${arrow}</span>
      <span class="what">${isOut || link.isSymmetric ? html`${nameOf(link, words)} <b>${other?.label}</b>` : html`<b>${other?.label}</b> ${nameOf(link, words)}`}</span>
    </button>
    <span class="small soft">${periodText(link)}</span>
    ${link.marking ? html`<sluis-marking .marking=${link.marking}></sluis-marking>` : nothing}
  </li>`;
}

export function linkDetails(link: Link, { network, words, choose }: Shown): TemplateResult {
  const [from, to] = [network.actors.get(link.from), network.actors.get(link.to)];
  return html`
    <h2>${from?.label} <span class="soft">${nameOf(link, words)}</span> ${to?.label}</h2>
    ${link.marking ? html`<p><sluis-marking .marking=${link.marking}></sluis-marking></p>` : nothing}
    <dl>
      <dt>${say('statusColumn')}</dt>
      <dd>${words.statuses[link.status]}</dd>
      ${link.status === 'assessed' ? html`<dt>${say('judgement')}</dt><dd>${link.judgement || say('noJudgement')}</dd>` : nothing}
      <dt>${say('period')}</dt>
      <dd>${periodText(link) || say('undated')} ${link.dateNote ? html`<span class="soft">${link.dateNote}</span>` : nothing}</dd>
      ${link.note ? html`<dt>${say('details')}</dt><dd>${link.note}</dd>` : nothing}
      <dt>${say('source')}</dt>
      <dd>${link.passage ? html`<sluis-thing .iri=${link.passage} .label=${link.citation}></sluis-thing>` : link.citation || '—'}</dd>
    </dl>
    <p class="row">
      <sluis-thing .iri=${link.iri} .label=${say('open')}></sluis-thing>
      ${[from, to].map((actor) => (actor ? html`<button @click=${() => choose(actor.iri)}>${actor.label}</button>` : nothing))}
    </p>
  `;
}
