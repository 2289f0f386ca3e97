/** What stands above a table: search, filters, which columns, copy, keep. */

import { html, nothing, type TemplateResult } from 'lit';
import '../menu.js';
import { say } from './words.js';

export interface Offers {
  readonly find: string;
  readonly count: string;
  readonly filtering: boolean;
  readonly columns: readonly { readonly name: string; readonly heading: string; readonly shown: boolean }[];
  /** Whether the rows are marked; null where it can't be asked for. */
  readonly marks: boolean | null;
  /** As it stands in the address: `-date,name`. */
  readonly sort: string;
  readonly onSort: (sort: string) => void;
  readonly onFind: (find: string) => void;
  readonly onFilter: () => void;
  readonly onColumn: (name: string, isShown: boolean) => void;
  readonly onMarks: () => void;
  readonly onCopy: () => void;
  readonly onCsv: () => void;
  readonly onJson: () => void;
}

export function tools(of: Offers): TemplateResult {
  return html`<div class="tools no-print">
    <input type="search" class="find" aria-label=${say('search')} placeholder=${say('search')} .value=${of.find}
      @input=${(event: InputEvent) => of.onFind((event.target as HTMLInputElement).value)} />
    <span class="count soft small" role="status">${of.count}</span>
    <span class="space"></span>
    <select class="narrow" aria-label=${say('sort')} @change=${(event: Event) => of.onSort((event.target as HTMLSelectElement).value)}>
      <option value="" ?selected=${of.sort === ''}>${say('unsorted')}</option>
      ${of.columns.flatMap(({ name, heading }) =>
        [name, `-${name}`].map((sort) => html`<option value=${sort} ?selected=${of.sort === sort}>${heading} ${sort === name ? '▲' : '▼'}</option>`),
      )}
    </select>
    ${of.marks === null ? nothing : html`<button aria-pressed=${of.marks} @click=${of.onMarks}>${say('marks')}</button>`}
    <button class="wide" aria-pressed=${of.filtering} @click=${of.onFilter}>${say('filters')}</button>
    <sluis-menu .label=${say('columns')}>
      ${of.columns.map(
        ({ name, heading, shown }) => html`<label title=${name}><input type="checkbox" .checked=${shown}
          @change=${(event: Event) => of.onColumn(name, (event.target as HTMLInputElement).checked)} />${heading}</label>`,
      )}
    </sluis-menu>
    <button @click=${of.onCopy}>${say('copy')}</button>
    <sluis-menu .label=${say('save')}>
      <button class="plain" @click=${of.onCsv}>${say('csv')}</button>
      <button class="plain" @click=${of.onJson}>${say('json')}</button>
    </sluis-menu>
  </div>`;
}
