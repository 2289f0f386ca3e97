import assert from 'node:assert/strict';
import { test } from 'node:test';
import { around, isAll, moved, scaled, within } from './window.js';

const DAY = 86_400_000;
const LENGTH = 4000 * DAY;
const shown = { from: 1000 * DAY, until: 2000 * DAY };

test('moving along stops at both ends and keeps how much is shown', () => {
  assert.deepEqual(moved(shown, 0.5, LENGTH), { from: 1500 * DAY, until: 2500 * DAY });
  assert.deepEqual(moved(shown, -5, LENGTH), { from: 0, until: 1000 * DAY });
  assert.deepEqual(moved(shown, 5, LENGTH), { from: 3000 * DAY, until: LENGTH });
});

test('coming closer keeps what is under the pointer where it is', () => {
  const closer = scaled(shown, 0.5, 0.25, LENGTH);
  assert.equal(closer.from + (closer.until - closer.from) * 0.25, 1250 * DAY);
  assert.equal(closer.until - closer.from, 500 * DAY);
});

test('going further ends with everything, coming closer with two weeks', () => {
  assert.ok(isAll(scaled(shown, 100, 0.5, LENGTH), LENGTH));
  const closest = scaled(shown, 1e-9, 0.5, LENGTH);
  assert.equal(closest.until - closest.from, 14 * DAY);
});

test('a part is shown with room beside it, never off the axis', () => {
  const found = around({ from: 0, until: 100 * DAY }, LENGTH);
  assert.ok(found.from === 0 && found.until >= 110 * DAY);
  assert.deepEqual(within({ from: -DAY, until: 2 * LENGTH }, LENGTH), { from: 0, until: LENGTH });
});
