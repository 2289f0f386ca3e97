/** A question as SPARQL, with what was given in its places: to read and to go on from. Pure. */

import type { Parameter, Question } from './catalogue.js';

const XSD = 'http://www.w3.org/2001/XMLSchema#';

/** The query with a term in the place of each parameter that is given; `levels` gives the IRI of a level's marking. */
export function bound(query: string, question: Question, given: Readonly<Record<string, string>>, levels: (marking: string) => string | undefined): string {
  return question.parameters.reduce((text, parameter) => {
    const said = given[parameter.name];
    const term = said ? termOf(parameter, said, levels) : null;
    if (term === null) return text;
    return text.replaceAll(`VALUES ?param_${parameter.name} { UNDEF }`, () => `VALUES ?param_${parameter.name} { ${term} }`);
  }, query);
}

/** The term that the service would bind; null where only the service knows it, as for the name of a thing. */
function termOf({ type }: Parameter, said: string, levels: (marking: string) => string | undefined): string | null {
  if (type === 'iri') return iri(said);
  if (type === 'level') return iri(said) ?? iri(levels(said) ?? '');
  if (type === 'integer' || type === 'boolean') return `"${said}"^^<${XSD}${type}>`;
  if (type === 'date') return `"${said}"^^<${XSD}${['gYear', 'gYearMonth', 'date'][said.split('-').length - 1] ?? 'date'}>`;
  return string(said);
}

function iri(said: string): string | null {
  return /^(https?|urn):[^\x00-\x20<>"{}|^`\\]+$/.test(said) ? `<${said}>` : null;
}

function string(said: string): string {
  const escaped = said.replace(/[\\"]|[\x00-\x1f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}`);
  return `"${escaped}"`;
}
