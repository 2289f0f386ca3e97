/** What stands in a cell: as text, and on the page. */

import { html, nothing, type TemplateResult } from 'lit';
import { dateText, isDate, isNumber, text, value, type Row, type Term } from '../../service/terms.js';
import { number } from '../../words.js';
import { session } from '../../service/session.js';
import '../marking.js';
import '../thing.js';
import { shown, type Column } from './columns.js';
import { say } from './words.js';

/** The text of a cell as a person reads it, in the page's language. */
export function cellText(row: Row, column: Column): string {
  const term = shown(column, row);
  return term ? literal(term) : '';
}

function literal(term: Term): string {
  const said = value(term);
  if (isDate(term)) return dateText(said);
  if (isNumber(term)) return asNumber(said);
  if (term.type === 'literal' && term.datatype?.endsWith('#boolean')) return said === 'true' || said === '1' ? say('yes') : say('no');
  return text(term);
}

/** A number with the separators of the language; one that has more digits than a computer's number stays as it is. */
function asNumber(said: string): string {
  return /^[+-]?\d{1,15}(\.\d{1,3})?$/.test(said) ? number(Number(said)) : said;
}

/** The cell on the page: a thing as a link to its page, a marking as a badge. */
export function cellContent(row: Row, column: Column): TemplateResult | typeof nothing | string {
  const term = row[column.name];
  if (column.type === 'marking') return term ? markings(value(term)) : nothing;
  const iri = term?.type === 'uri' ? term.value : '';
  const read = shown(column, row);
  if (!read) return nothing;
  const label = literal(read);
  if (session.me?.levels.some(({ marking }) => marking === label)) return markings(label);
  const content = iri ? html`<sluis-thing .iri=${iri} .label=${label} .tab=${-1}></sluis-thing>` : label;
  const language = read.type === 'literal' ? read['xml:lang'] : undefined;
  return language ? html`<span lang=${language}>${content}</span>` : content;
}

/** Markings that can't be compared stand side by side, as the service writes them. */
export function markings(said: string): TemplateResult {
  return html`${said.split(' | ').map((marking) => html`<sluis-marking .marking=${marking}></sluis-marking> `)}`;
}
