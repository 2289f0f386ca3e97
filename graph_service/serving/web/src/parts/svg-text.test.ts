import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cut, wrap } from './svg-text.js';

const letters = (text: string): number => text.length;

test('a text that fits stays, a longer one ends in an ellipsis within the width', () => {
  assert.equal(cut('resolution', 10, letters), 'resolution');
  assert.equal(cut('resolution', 6, letters), 'resol…');
  assert.equal(cut('resolution', 1, letters), '');
});

test('lines break between words and the last says that more follows', () => {
  assert.deepEqual(wrap('the pitching of invented tents', 13, 3, letters), ['the pitching', 'of invented', 'tents']);
  assert.deepEqual(wrap('the pitching of invented tents', 13, 2, letters), ['the pitching', 'of invented…']);
  assert.deepEqual(wrap('a veiligheidsdienst', 9, 4, letters), ['a', 'veilighe-', 'idsdienst']);
  assert.deepEqual(wrap('veiligheidsdienst', 9, 1, letters), ['veilighe…']);
  assert.deepEqual(wrap('', 5, 2, letters), []);
});
