import assert from 'node:assert/strict';
import { test } from 'node:test';
import { difference, type Rows } from './difference.js';
import type { Row, Term } from './terms.js';

const iri = (name: string): Term => ({ type: 'uri', value: `https://example.org/${name}` });
const text = (value: string): Term => ({ type: 'literal', value });
const answer = (...rows: Row[]): Rows => ({ vars: ['a', 'aLabel', 'b'], rows });

test('what the lower answer lacks is lost, in the order of the own one, and the rest is kept', () => {
  const own = answer({ a: iri('1') }, { a: iri('2') }, { a: iri('3') });
  const found = difference(own, answer({ a: iri('2') }));
  assert.deepEqual(found.lost, [{ a: iri('1') }, { a: iri('3') }]);
  assert.deepEqual([found.gained, found.kept], [[], 1]);
});

test('rows are a bag: one of two equal ones can be lost', () => {
  const found = difference(answer({ b: text('x') }, { b: text('x') }), answer({ b: text('x') }));
  assert.deepEqual([found.lost.length, found.kept], [1, 1]);
});

test('a number that is smaller below is a row lost and a row gained', () => {
  const found = difference(answer({ b: text('5') }), answer({ b: text('3') }));
  assert.deepEqual([found.lost, found.gained], [[{ b: text('5') }], [{ b: text('3') }]]);
});

test('a marking, an unbound variable and the name of a blank node make no difference', () => {
  const own = answer({ a: iri('1'), b: { type: 'bnode', value: 'x7' }, _marking: text('NATO SECRET') });
  const found = difference(own, answer({ b: { type: 'bnode', value: 'y' }, a: iri('1'), aLabel: undefined }));
  assert.deepEqual([found.lost, found.gained, found.kept], [[], [], 1]);
});

test('the same text in another language or of another type is another row', () => {
  const dutch: Term = { type: 'literal', value: 'x', 'xml:lang': 'nl' };
  assert.equal(difference(answer({ b: text('x') }), answer({ b: dutch })).lost.length, 1);
  assert.equal(difference(answer({ b: { ...dutch, 'xml:lang': 'NL' } as Term }), answer({ b: dutch })).lost.length, 0);
});

test('things that the lower answer names nowhere are told once, with their names', () => {
  const own = answer({ a: iri('1'), aLabel: text('One') }, { a: iri('1'), b: iri('2') }, { a: iri('3'), b: iri('4') });
  const found = difference(own, answer({ a: iri('3') }));
  assert.deepEqual(found.things, [
    { iri: 'https://example.org/1', label: 'One' },
    { iri: 'https://example.org/2', label: '' },
    { iri: 'https://example.org/4', label: '' },
  ]);
});
