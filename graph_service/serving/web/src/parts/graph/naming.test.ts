import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitting, wrapped, type Named } from './naming.js';

const named = (id: string, x: number, y: number, rank: number): Named => ({ id, lines: ['a name of a thing'], node: { x, y: y - 12 }, at: { x, y }, rank });

test('no two names that are written lie on each other, and the one with most links is written first', () => {
  const nodes = [named('low', 0, 0, 1), named('high', 30, 5, 9), named('far', 300, 0, 1), named('below', 30, 40, 2)];
  assert.deepEqual([...fitting(nodes)].sort(), ['below', 'far', 'high']);
});

test('a name is not written over another node, unless it is one of those with most links', () => {
  const hubs = Array.from({ length: 12 }, (_, n) => named(`hub${n}`, 1000 * (n + 1), 0, 9));
  const under = named('under', 1010, 20, 1); // its node is under the name of the first hub
  const other = [named('plain', 0, 500, 2), named('under-plain', 10, 520, 1)];
  const written = fitting([...hubs, under, ...other]);
  assert.ok(written.has('hub0'));
  assert.ok(!written.has('plain'));
});

test('a name that must be written is, and takes its place first', () => {
  const nodes = [named('low', 0, 0, 1), named('high', 30, 5, 9)];
  assert.deepEqual([...fitting(nodes, new Set(['low']))], ['low']);
  assert.deepEqual([...fitting(nodes, new Set(['low', 'high']))].sort(), ['high', 'low']);
});

test('a long name stands on lines, and no word is broken or lost', () => {
  const name = 'United Nations Multidimensional Integrated Stabilization Mission';
  const lines = wrapped(name);
  assert.ok(lines.every((line) => line.length <= 22));
  assert.equal(lines.join(' '), name);
});
