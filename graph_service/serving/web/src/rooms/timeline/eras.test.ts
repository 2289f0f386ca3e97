import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Eras } from './eras.js';

const year = (from: number, until = from + 1): { from: number; until: number } => ({ from: Date.UTC(from, 0), until: Date.UTC(until, 0) });

test('a long time in which nothing was is a break, a short one is not', () => {
  const axis = new Eras([year(2013), year(2099), year(2018)]);
  assert.deepEqual(axis.eras.map((era) => [new Date(era.from).getUTCFullYear(), new Date(era.until).getUTCFullYear()]), [[2013, 2019], [2099, 2100]]);
  assert.deepEqual(axis.breaks.map((one) => one.years), [80]);
});

test('a place and its time are each other’s, in eras and in breaks', () => {
  const axis = new Eras([year(1960), year(2010, 2015), year(2099)]);
  for (const time of [Date.UTC(1960, 5), Date.UTC(1990, 0), Date.UTC(2012, 3, 25), Date.UTC(2050, 0), Date.UTC(2099, 11)]) {
    assert.ok(Math.abs(axis.toTime(axis.toDense(time)) - time) < 1000);
  }
  assert.equal(axis.toDense(Date.UTC(1900, 0)), 0);
  assert.equal(axis.toDense(Date.UTC(2200, 0)), axis.length);
});

test('a later time never stands before an earlier one', () => {
  const axis = new Eras([year(1960), year(2010, 2015), year(2099)]);
  const places = Array.from({ length: 150 }, (_, index) => axis.toDense(Date.UTC(1955 + index, 0)));
  assert.deepEqual(places, places.toSorted((a, b) => a - b));
});

test('ticks are years from afar and days from near, and never in a break', () => {
  const axis = new Eras([year(2010, 2015), year(2099)]);
  const far = axis.ticks(0, axis.length, axis.length / 10);
  assert.ok(far.every((tick) => tick.unit === 'year' && axis.eras.some((era) => tick.time.getTime() >= era.from && tick.time.getTime() <= era.until)));
  const [from, until] = [axis.toDense(Date.UTC(2013, 0)), axis.toDense(Date.UTC(2013, 0, 20))];
  const near = axis.ticks(from, until, (until - from) / 10);
  assert.ok(near.length >= 2 && near.every((tick) => tick.unit === 'day'));
});

test('nothing at all has an axis too', () => {
  assert.ok(new Eras([]).length > 0);
});
