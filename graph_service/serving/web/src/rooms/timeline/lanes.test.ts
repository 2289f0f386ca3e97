import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lane, type Block, type Lane } from './lanes.js';

const measure = (text: string): number => text.length * 6;
const room = { width: 1000, most: 4, measure };
const block = (from: number, until = from + 10, label = 'a label of some length'): Block<number> => ({ item: from, from, until, label });

function covered(found: Lane<number>): boolean {
  const boxes = found.placed.map((one) => ({ row: one.row, from: Math.min(one.from, one.written ? one.at : one.from), until: Math.max(one.until, one.written ? one.at + measure(one.written) : -Infinity) }));
  return boxes.some((a, i) => boxes.some((b, j) => i < j && a.row === b.row && a.from < b.until && b.from < a.until));
}

test('things far apart share one row, with their whole labels', () => {
  const found = lane([block(10), block(400), block(800)], room);
  assert.equal(found.rows, 1);
  assert.ok(found.placed.every((one) => one.written === one.label));
});

test('things close together take more rows before their labels are cut', () => {
  const found = lane([block(100), block(120), block(140)], room);
  assert.equal(found.rows, 3);
  assert.ok(found.placed.every((one) => one.written === one.label));
});

test('what finds no row is heaped, and nothing is lost', () => {
  const blocks = Array.from({ length: 30 }, (_, index) => block(970 + index));
  const found = lane(blocks, room);
  assert.equal(found.rows, 4);
  assert.ok(found.heaps.length > 0);
  assert.ok(found.heaps.every((heap) => heap.until <= room.width));
  assert.equal(found.placed.length + found.heaps.reduce((sum, heap) => sum + heap.items.length, 0), 30);
});

test('no label and no mark ever covers another', () => {
  let seed = 7;
  const random = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;
  for (let round = 0; round < 200; round += 1) {
    const blocks = Array.from({ length: 1 + Math.floor(random() * 60) }, () => {
      const from = random() * 1000 - 30;
      return block(from, from + (random() < 0.7 ? 10 : random() * 300), 'words '.repeat(1 + Math.floor(random() * 8)));
    });
    assert.ok(!covered(lane(blocks, { ...room, most: 1 + Math.floor(random() * 6) })));
  }
});

test('at the right edge a label stands before its mark', () => {
  const [only] = lane([block(980)], room).placed;
  assert.equal(only!.written, only!.label);
  assert.ok(only!.at + measure(only!.written) <= only!.from);
});

test('nothing at all is a lane without rows', () => {
  assert.deepEqual(lane([], room), { rows: 0, placed: [], heaps: [] });
});
