import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filled } from './words.js';

test('a value takes the place of its name, and a name without a value stays', () => {
  assert.equal(filled('{a} and {b}', { a: 'x' }), 'x and {b}');
});

test('one or many is chosen by n alone', () => {
  assert.equal(filled('{n} row|{n} rows', { n: 1 }), '1 row');
  assert.equal(filled('{n} row|{n} rows', { n: 0 }), '0 rows');
  assert.equal(filled('a|b', {}), 'a|b');
});
