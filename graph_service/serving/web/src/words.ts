/** What the page says, in Dutch and English. Each part keeps its own words beside it, in a file `words.ts`. */

import { session, type Language } from './service/session.js';

type Values = Readonly<Record<string, string | number>>;

/** Says a text in the page's language. */
export type Say<K extends string> = (key: K, values?: Values) => string;

/**
 * Makes the `say` of a part from its words in both languages; the compiler sees to it that both have the same keys.
 * `{name}` is replaced by the value of that name. `one|many` is chosen by the value `n`.
 */
export function words<K extends string>(both: Readonly<Record<Language, Readonly<Record<K, string>>>>): Say<K> {
  return (key, values = {}) => filled(both[session.language][key], values);
}

/** @internal */
export function filled(text: string, values: Values): string {
  const forms = text.split('|');
  const chosen = 'n' in values && forms.length === 2 ? forms[values['n'] === 1 ? 0 : 1]! : text;
  return chosen.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? number(value) : value;
  });
}

/** A number as it is written in the page's language. */
export function number(value: number): string {
  return value.toLocaleString(session.language === 'nl' ? 'nl-NL' : 'en-GB', { maximumFractionDigits: 3 });
}
