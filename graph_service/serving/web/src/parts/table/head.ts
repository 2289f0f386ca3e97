/** The headings of a table, which sort it, and below them what is asked of each column. */

import { html, type TemplateResult } from 'lit';
import type { Column } from './columns.js';
import type { Sort } from './rows.js';
import { say } from './words.js';

export interface Headings {
  readonly columns: readonly Column[];
  readonly heading: (column: Column) => string;
}

export function headRow({ columns, heading }: Headings, sorts: readonly Sort[], stop: (column: number) => number, onSort: (name: string, also: boolean) => void): TemplateResult {
  return html`<tr role="row" aria-rowindex="1">
    ${columns.map((column, index) => {
      const place = sorts.findIndex(({ name }) => name === column.name);
      const sort = sorts[place];
      const arrow = sort ? `${sort.down ? '▼' : '▲'}${sorts.length > 1 ? place + 1 : ''}` : '';
      return html`<th
        role="columnheader"
        data-type=${column.type}
        aria-colindex=${index + 1}
        aria-sort=${sort ? (sort.down ? 'descending' : 'ascending') : 'none'}
        data-row="0"
        data-column=${index}
        title=${column.name}
      >
        <button class="plain" tabindex=${stop(index)} @click=${(event: MouseEvent) => onSort(column.name, event.shiftKey)}>
          ${heading(column)}<span class="way" aria-hidden="true">${arrow}</span>
        </button>
      </th>`;
    })}
  </tr>`;
}

export function filterRow({ columns, heading }: Headings, each: Readonly<Record<string, string>>, onFilter: (name: string, asked: string) => void): TemplateResult {
  return html`<tr role="row" class="filters">
    ${columns.map(
      (column) => html`<td role="gridcell">
        <input
          type="search"
          aria-label=${say('filter', { column: heading(column) })}
          placeholder=${example(column)}
          .value=${each[column.name] ?? ''}
          @input=${(event: InputEvent) => onFilter(column.name, (event.target as HTMLInputElement).value)}
        />
      </td>`,
    )}
  </tr>`;
}

function example({ type }: Column): string {
  if (type === 'date') return say('filterDate');
  return type === 'integer' || type === 'decimal' ? say('filterRange') : say('filterText');
}
