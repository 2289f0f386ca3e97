import { html, nothing, type TemplateResult } from 'lit';
import '../../parts/marking.js';
import '../../parts/thing.js';
import { periodText } from './details.js';
import { nameOf, type Link, type LinkWords, type Network } from './model.js';
import { say } from './words.js';

interface Rows {
  readonly links: readonly Link[];
  readonly network: Network;
  readonly words: LinkWords;
  readonly chosen: string;
  readonly choose: (iri: string) => void;
  /** How many rows are made; the rest comes when it is asked for. */
  readonly most: number;
  readonly more: () => void;
}

/** The links of the picture, one a row: for who can't see the picture, and for who wants to read on. */
export function linkTable({ links, network, words, chosen, choose, most, more }: Rows): TemplateResult {
  const hasMarks = links.some(({ marking }) => marking);
  const label = (iri: string): string => network.actors.get(iri)?.label ?? iri;
  return html`<div class="wide" tabindex="0" role="region" aria-label=${say('table')}>
    <table>
      <thead>
        <tr>
          <th scope="col">${say('from')}</th><th scope="col">${say('relationColumn')}</th><th scope="col">${say('to')}</th>
          <th scope="col">${say('statusColumn')}</th><th scope="col">${say('period')}</th><th scope="col">${say('source')}</th>
          ${hasMarks ? html`<th scope="col">${say('marking')}</th>` : nothing}
        </tr>
      </thead>
      <tbody>
        ${links.slice(0, most).map(
          (link) => html`<tr aria-selected=${link.iri === chosen}>
            <td><sluis-thing .iri=${link.from} .label=${label(link.from)}></sluis-thing></td>
            <td><button class="plain" title=${say('show')} @click=${() => choose(link.iri)}>${nameOf(link, words)}</button></td>
            <td><sluis-thing .iri=${link.to} .label=${label(link.to)}></sluis-thing></td>
            <td>${words.statuses[link.status]}</td>
            <td>${periodText(link)}</td>
            <td>${link.citation}</td>
            ${hasMarks ? html`<td><sluis-marking .marking=${link.marking}></sluis-marking></td>` : nothing}
          </tr>`,
        )}
      </tbody>
    </table>
    ${links.length > most ? html`<p><button class="no-print" @click=${more}>${say('more')}</button></p>` : nothing}
  </div>`;
}
