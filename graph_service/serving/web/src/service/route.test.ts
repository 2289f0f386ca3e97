import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf, placeOf } from './route.js';

test('an address names the place that it was made of, whatever stands in it', () => {
  const given = { query: 'SELECT ?s { ?s ?p "a & b?#%" }', lang: 'nl' };
  const place = placeOf(addressOf('sparql', given));
  assert.equal(place.path, 'sparql');
  assert.deepEqual(Object.fromEntries(place.params), given);
});

test('what is empty is left out, and no fragment is the start', () => {
  assert.equal(addressOf('network', { actor: '', from: undefined }), '#/network');
  assert.equal(placeOf('').path, '');
  assert.equal(placeOf('#/').path, '');
});
