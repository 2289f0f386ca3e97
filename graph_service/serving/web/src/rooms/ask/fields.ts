/** The form of a question: for each parameter the control that its type asks for. */

import { html, nothing, type TemplateResult } from 'lit';
import { columnWord, valueWord } from '../../parts/column.js';
import '../../parts/thing-picker.js';
import type { Picked } from '../../parts/thing-picker.js';
import { session } from '../../service/session.js';
import { dateText, lastPart, partialDate } from '../../service/terms.js';
import { descriptionOf, type Parameter } from './catalogue.js';
import { say } from './words.js';

export interface Field {
  readonly parameter: Parameter;
  readonly value: string;
  /** The name of the thing that the value is, where it is known. */
  readonly name: string;
  readonly change: (value: string, name?: string) => void;
}

export function field(of: Field): TemplateResult {
  const { parameter } = of;
  // The words of a closed list stand in the list, in the page's language; a description would list them once more.
  const label = parameter.type === 'enum' ? columnWord(parameter.name) : descriptionOf(parameter, session.language);
  const notes = [parameter.required ? say('required') : '', parameter.default ? say('default', { value: readDefault(parameter) }) : ''].filter(Boolean);
  const asLabel = html`<span class="what">${label.charAt(0).toUpperCase() + label.slice(1)}</span>`;
  const asNotes = notes.length > 0 ? html`<span class="soft small">${notes.join(', ')}</span>` : nothing;
  // The picker names its own field; a label around it would not reach in.
  if (parameter.type === 'iri') return html`<div class="field">${asLabel}${picker(of, label)}${asNotes}</div>`;
  return html`<label class="field">${asLabel}${control(of)}${asNotes}</label>`;
}

function readDefault({ type, default: value }: Parameter): string {
  if (type === 'enum') return valueWord(value ?? '');
  return type === 'iri' ? lastPart(value ?? '') : (value ?? '');
}

function picker({ parameter, value, name, change }: Field, label: string): TemplateResult {
  return html`<sluis-thing-picker
    .of=${parameter.class ?? ''}
    .value=${value}
    .valueLabel=${value ? name || lastPart(value) : ''}
    .label=${label}
    ?required=${parameter.required}
    @picked=${(event: CustomEvent<Picked | null>) => change(event.detail?.iri ?? '', event.detail?.label)}
  ></sluis-thing-picker>`;
}

function control(of: Field): TemplateResult {
  const { parameter, value, change } = of;
  const changed = (event: Event): void => change((event.target as HTMLInputElement | HTMLSelectElement).value.trim());
  switch (parameter.type) {
    case 'level':
      return levels(of, changed);
    case 'enum':
      return choice((parameter.values ?? []).map((one) => [one, valueWord(one)] as const), of, changed);
    case 'boolean':
      return choice([['true', say('yes')], ['false', say('no')]], of, changed); // prettier-ignore
    case 'integer':
      return html`<input type="number" step="1" .value=${value} ?required=${parameter.required} @change=${changed} />`;
    case 'date':
      return date(of);
    default:
      return html`<input type="text" .value=${value} ?required=${parameter.required} @change=${changed} />`;
  }
}

function levels(of: Field, changed: (event: Event) => void): TemplateResult {
  const known = session.me?.levels ?? [];
  if (known.length === 0) return html`<input type="text" .value=${of.value} ?required=${of.parameter.required} @change=${changed} />`;
  const listed = known.map(({ marking }) => [marking, marking] as const);
  // A marking that was given and is not listed is kept: the service says what it thinks of it.
  const others = of.value && !known.some(({ marking }) => marking === of.value) ? [[of.value, of.value] as const] : [];
  return choice([...listed, ...others], of, changed);
}

function choice(options: readonly (readonly [string, string])[], { parameter, value }: Field, changed: (event: Event) => void): TemplateResult {
  return html`<select ?required=${parameter.required} @change=${changed}>
    <option value="" ?selected=${value === ''}>${parameter.required ? '' : say('any')}</option>
    ${options.map(([one, said]) => html`<option value=${one} ?selected=${value === one}>${said}</option>`)}
  </select>`;
}

/** A date as far as it is known; what is no date is said at once, and not asked. */
function date({ parameter, value, change }: Field): TemplateResult {
  const changed = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const said = input.value.trim();
    const isDate = said === '' || (/^\d{4}(-\d{2}){0,2}$/.test(said) && partialDate(said) !== null);
    input.setCustomValidity(isDate ? '' : say('dateWrong'));
    input.reportValidity();
    if (isDate) change(said);
  };
  return html`<input type="text" inputmode="numeric" .value=${value} placeholder=${say('dateShape')} ?required=${parameter.required} @change=${changed} />${value
      ? html`<span class="soft small">${dateText(value)}</span>`
      : nothing}`;
}
