import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Row, Term } from '../../service/terms.js';
import { heading, saidIn, thingOf } from './statements.js';

const SKOS = 'http://www.w3.org/2004/02/skos/core#';
const text = (value: string, language = ''): Term => ({ type: 'literal', value, ...(language ? { 'xml:lang': language } : {}) });
const iri = (value: string): Term => ({ type: 'uri', value });
const row = (property: string, value: Term, more: Record<string, string> = {}): Row => ({
  property: iri(property),
  value,
  ...Object.fromEntries(Object.entries({ concluded: 'false', broader: 'false', place: property, propertyLabel: property, ...more }).map(([name, one]) => [name, text(one)])),
});
const ROWS = [
  row(`${SKOS}prefLabel`, text('The house', 'en')),
  row(`${SKOS}prefLabel`, text('Het huis', 'nl')),
  row(`${SKOS}altLabel`, text('Home', 'en')),
  row(`${SKOS}notation`, text('H-1')),
  row(`${SKOS}definition`, text('Where one lives', 'en')),
  row(`${SKOS}definition`, text('Waar men woont', 'nl')),
  row('http://www.w3.org/1999/02/22-rdf-syntax-ns#type', iri('urn:House'), { module: 'urn:m:own' }),
  row('http://www.w3.org/1999/02/22-rdf-syntax-ns#type', iri('urn:Thing'), { broader: 'true' }),
  row('urn:touches', iri('urn:b'), { module: 'urn:m:a', moduleLabel: 'Sluis: all' }),
  row('urn:near', iri('urn:b'), { module: 'urn:m:a', broader: 'true' }),
  row('urn:built', text('2013'), { module: 'urn:m:own', moduleLabel: 'Sluis: zebras' }),
  row('urn:seen', text('x')),
  row('https://w3id.org/sluis/ns#statedAt', iri('urn:page')),
];

test('a thing is called by its name in the language of the page, and its other names stand beside it', () => {
  const dutch = thingOf('urn:x', saidIn(ROWS), 'nl');
  assert.equal(dutch.title, 'Het huis');
  assert.deepEqual(dutch.otherNames.map((one) => (one.type === 'literal' ? one.value : '')), ['The house', 'Home']);
  assert.deepEqual(dutch.leads.map((one) => one.term), [text('Waar men woont', 'nl')]);
  assert.equal(thingOf('urn:x', saidIn(ROWS), 'en').title, 'The house');
  assert.equal(thingOf('https://example.org/a/no-name', [], 'en').title, 'no-name');
});

test('a thing without a name is called by what it is, and by the end of its address', () => {
  const house = row('http://www.w3.org/1999/02/22-rdf-syntax-ns#type', iri('urn:House'), { valueLabel: 'house' });
  assert.equal(thingOf('https://example.org/0123456789abcdef01', saidIn([house]), 'en').title, 'House 01234567…');
  assert.equal(thingOf('https://example.org/tea', saidIn([house]), 'en').title, 'tea');
});

test('what is said more exactly elsewhere is folded, and counted', () => {
  const folded = thingOf('urn:x', saidIn(ROWS), 'nl');
  assert.equal(folded.folded, 3); // the broader class, the broader property, the definition in English
  const all = thingOf('urn:x', saidIn(ROWS), 'nl', true);
  assert.equal(all.folded, 0);
  assert.equal(all.types.length, 2);
});

test('groups are modules, that of the own class first and words of nobody last', () => {
  const { groups, hasPlaces } = thingOf('urn:x', saidIn(ROWS), 'nl');
  assert.deepEqual(groups.map((group) => [group.label, group.properties.map((one) => one.iri)]), [
    ['Zebras', ['urn:built']],
    ['All', ['urn:touches']],
    ['', ['urn:seen']],
  ]);
  assert.ok(hasPlaces);
});

test('a module is named without the name of its ontology', () => {
  assert.equal(heading('Sluis: mandates and goals'), 'Mandates and goals');
  assert.equal(heading('Words'), 'Words');
});
