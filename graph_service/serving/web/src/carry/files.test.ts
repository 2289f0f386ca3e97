import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileName } from './files.js';

const DAY = new Date('2026-11-22T12:00:00Z');

test('a file name begins with the marking and holds nothing that a file system minds', () => {
  assert.equal(fileName('Stg. GEHEIM', 'coordination-links', 'csv', DAY), 'Stg-GEHEIM_coordination-links_2026-11-22.csv');
  assert.equal(fileName('TRÈS SECRET UE/EU', '../../a:b*"?', 'svg', DAY), 'TRES-SECRET-UE-EU_a-b_2026-11-22.svg');
});

test('what has no marking says so', () => {
  assert.equal(fileName('', 'x', 'csv', DAY), 'UNMARKED_x_2026-11-22.csv');
});
