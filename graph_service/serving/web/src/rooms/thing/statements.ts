/** The statements of a thing, put in the order in which one reads them. Pure: no element, no request. */

import { propertyName } from '../../parts/outside.js';
import { lastPart, value, type Row, type Term } from '../../service/terms.js';

const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';
const RDFS = 'http://www.w3.org/2000/01/rdf-schema#';
const SKOS = 'http://www.w3.org/2004/02/skos/core#';
const DCTERMS = 'http://purl.org/dc/terms/';
const SLUIS = 'https://w3id.org/sluis/ns#';

const TYPE = `${RDF}type`;
const NAMES = [`${SKOS}prefLabel`, `${RDFS}label`, `${DCTERMS}title`];
const OTHER_NAMES = [`${SKOS}altLabel`, `${SKOS}hiddenLabel`];
const NUMBERS = [`${SKOS}notation`];
const LEADS = [`${SKOS}definition`, `${SLUIS}note`, `${DCTERMS}abstract`, `${DCTERMS}description`, `${RDFS}comment`];
/** Where it stands has a part of the page to itself. */
const PLACES = [`${SLUIS}statedAt`, `${SLUIS}inferredAt`, `${SLUIS}quotedAt`];

const TEXTS = [`${SLUIS}paragraphText`, 'http://www.w3.org/ns/oa#hasSelector'];

/** One statement of the thing. */
export interface Said {
  readonly property: string;
  readonly propertyLabel: string;
  readonly module: string;
  readonly moduleLabel: string;
  readonly term: Term;
  readonly label: string;
  /** No portion makes it: a rule concludes it. */
  readonly concluded: boolean;
  /** Another statement of the thing says the same more exactly. */
  readonly broader: boolean;
  readonly place: string;
  /** Of the portions that make it. */
  readonly markings: readonly string[];
}

export interface Group {
  readonly module: string;
  readonly label: string;
  readonly properties: readonly { readonly iri: string; readonly label: string; readonly values: readonly Said[] }[];
}

export interface Thing {
  readonly title: string;
  readonly titleLanguage: string;
  readonly otherNames: readonly Term[];
  readonly numbers: readonly string[];
  readonly types: readonly Said[];
  readonly leads: readonly Said[];
  readonly groups: readonly Group[];
  /** How many statements are not shown: broader ones, and texts of which one in the page's language is shown. */
  readonly folded: number;
  readonly hasPlaces: boolean;
  /** It is a block of text, or a quotation: a place in a text. */
  readonly isText: boolean;
}

/** The statements of the rows of `about-thing`. */
export function saidIn(rows: readonly Row[]): readonly Said[] {
  return rows.flatMap((row) => {
    const term = row['value'];
    if (!term) return [];
    const of = (name: string): string => value(row[name]);
    return [
      {
        property: of('property'),
        propertyLabel: propertyName(of('property'), of('propertyLabel')),
        module: of('module'),
        moduleLabel: of('moduleLabel'),
        term,
        label: of('valueLabel'),
        concluded: of('concluded') === 'true',
        broader: of('broader') === 'true',
        place: of('place'),
        markings: of('markings').split(' | ').filter(Boolean),
      },
    ];
  });
}

/** The thing as its page shows it, in a language; `all` folds nothing away. */
export function thingOf(iri: string, said: readonly Said[], language: string, all = false): Thing {
  const names = NAMES.flatMap((name) => inLanguage(said.filter((one) => one.property === name), language));
  const [title] = names;
  const shown = all ? said : said.filter((one) => !one.broader && !isTranslated(one, said, language));
  const types = shown.filter((one) => one.property === TYPE);
  const leads = LEADS.flatMap((lead) => shown.filter((one) => one.property === lead && one.term.type === 'literal'));
  const apart = new Set([TYPE, ...NAMES, ...OTHER_NAMES, ...NUMBERS, ...PLACES]);
  const rest = shown.filter((one) => !apart.has(one.property) && !leads.includes(one));
  return {
    title: title ? value(title.term) : nameless(iri, types[0]?.label ?? ''),
    titleLanguage: title ? languageOf(title) : '',
    otherNames: otherNames(said, title),
    numbers: unique(said.filter((one) => NUMBERS.includes(one.property)).map((one) => value(one.term))),
    types,
    leads,
    groups: groupsOf(rest, new Set(types.map((one) => one.module))),
    folded: said.filter((one) => !NAMES.includes(one.property)).length - shown.filter((one) => !NAMES.includes(one.property)).length,
    isText: said.some((one) => TEXTS.includes(one.property)),
    hasPlaces: said.some((one) => PLACES.includes(one.property)),
  };
}

/** A thing without a name, by what it is and the end of its address; a keyed name says nothing, so it is cut short. */
function nameless(iri: string, kind: string): string {
  const end = lastPart(iri);
  if (!kind || !/^[0-9a-f]{16,}$/.test(end)) return end;
  return `${kind.charAt(0).toLocaleUpperCase()}${kind.slice(1)} ${end.slice(0, 8)}…`;
}

/** Statements in the language first, then without one, then the others. */
function inLanguage(said: readonly Said[], language: string): readonly Said[] {
  const rank = (one: Said): number => (languageOf(one) === language ? 0 : languageOf(one) === '' ? 1 : 2);
  return [...said].sort((a, b) => rank(a) - rank(b));
}

function languageOf({ term }: Said): string {
  return term.type === 'literal' ? (term['xml:lang'] ?? '') : '';
}

/** Whether the text is in another language than the page, and the property has one in the page's. */
function isTranslated(one: Said, said: readonly Said[], language: string): boolean {
  const own = languageOf(one);
  if (own === '' || own === language || OTHER_NAMES.includes(one.property)) return false;
  return said.some((other) => other.property === one.property && languageOf(other) === language);
}

function otherNames(said: readonly Said[], title: Said | undefined): readonly Term[] {
  const known = new Set([title ? value(title.term) : '']);
  const found: Term[] = [];
  for (const one of said) {
    if (![...NAMES, ...OTHER_NAMES].includes(one.property) || known.has(value(one.term))) continue;
    known.add(value(one.term));
    found.push(one.term);
  }
  return found;
}

/** Groups by the module that defines the property: that of the thing's own classes first, words of nobody last. */
function groupsOf(said: readonly Said[], own: ReadonlySet<string>): readonly Group[] {
  const modules = new Map<string, Said[]>();
  for (const one of said) modules.set(one.module, [...(modules.get(one.module) ?? []), one]);
  const rank = (module: string): number => (own.has(module) && module ? 0 : module ? 1 : 2);
  return [...modules]
    .map(([module, of]) => ({ module, label: heading(of[0]!.moduleLabel), properties: propertiesOf(of) }))
    .sort((a, b) => rank(a.module) - rank(b.module) || a.label.localeCompare(b.label));
}

/** `Sluis: mandates and goals` as a heading: what stands behind the name of the ontology. */
export function heading(title: string): string {
  const text = title.replace(/^[^:]{1,20}: /, '');
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

function propertiesOf(said: readonly Said[]): Group['properties'] {
  const found = new Map<string, Said[]>();
  for (const one of said) found.set(one.property, [...(found.get(one.property) ?? []), one]);
  return [...found]
    .map(([iri, values]) => ({ iri, label: values[0]!.propertyLabel, values: [...values].sort(byReading) }))
    .sort((a, b) => Number(isLink(a.values[0]!)) - Number(isLink(b.values[0]!)) || a.label.localeCompare(b.label));
}

function isLink({ term }: Said): boolean {
  return term.type !== 'literal';
}

/** By name, numbers in names as numbers. */
function byReading(a: Said, b: Said): number {
  return (a.label || value(a.term)).localeCompare(b.label || value(b.term), undefined, { numeric: true });
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
