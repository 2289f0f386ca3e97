import assert from 'node:assert/strict';
import { test } from 'node:test';
import { both, mayBeIn, monthsOf, stopAt, stopsOf, written, type Stated } from './scale.js';

const period = (since: string | null, until: string | null = null): Stated => ({ since, until });

test('a date covers the months that it states', () => {
  assert.deepEqual(monthsOf('2013')?.map(written), ['2013-01', '2013-12']);
  assert.deepEqual(monthsOf('2013-04-25')?.map(written), ['2013-04', '2013-04']);
  assert.equal(monthsOf('soon'), null);
});

test('stops are months, and a long quiet stretch is one stop', () => {
  const stops = stopsOf([period('2013-04', '2013-07'), period('2099-02')]);
  assert.deepEqual(stops.map(({ first, isGap, count }) => [written(first), isGap, count]), [
    ['2013-04', false, 1], ['2013-05', false, 0], ['2013-06', false, 0], ['2013-07', false, 1], ['2013-08', true, 0], ['2099-02', false, 1],
  ]);
  assert.equal(written(stops[4]!.last), '2099-01');
});

test('a shorter quiet stretch keeps its months', () => {
  const stops = stopsOf([period('2013-01'), period('2015-12')]);
  assert.equal(stops.length, 36);
  assert.ok(stops.every(({ isGap }) => !isGap));
});

test('where there would be too many months, a stop is a year', () => {
  const stops = stopsOf(Array.from({ length: 60 }, (_, n) => period(String(1950 + n))));
  assert.equal(stops.length, 60);
  assert.deepEqual(stops.map(({ count }) => count), Array(60).fill(1));
});

test('no dates, no stops', () => assert.deepEqual(stopsOf([period(null), period('unknown')]), []));

test('a date is found at its stop, and one outside at the nearest', () => {
  const stops = stopsOf([period('2013-04', '2013-07'), period('2099-02')]);
  assert.equal(stopAt(stops, '2013-06', 'first'), 2);
  assert.equal(stopAt(stops, '2050', 'first'), 4);
  assert.equal(stopAt(stops, '2050', 'last'), 4);
  assert.equal(stopAt(stops, '1999', 'last'), 0);
  assert.equal(stopAt(stops, '', 'last'), 5);
});

test('what may have been in a period is in it: nobody knows when in 2013 it began, or whether it ended', () => {
  assert.ok(mayBeIn(period('2013'), '2012-01', '2013-01'));
  assert.ok(!mayBeIn(period('2013-02'), '2012-01', '2013-01'));
  assert.ok(mayBeIn(period('2013-02'), '2040', ''));
  assert.ok(!mayBeIn(period('2013-02', '2013-12'), '2014', ''));
  assert.ok(mayBeIn(period(null, '2014'), '2014-06', '2014-07'));
  assert.ok(mayBeIn(period(null), '2014', '2014'));
});

test('a link can be no earlier and no later than both of its ends', () => {
  assert.deepEqual(both(period('2013', '2020'), period('2014-03', null)), period('2014-03', '2020'));
  assert.deepEqual(both(period(null), period(null, '2015')), period(null, '2015'));
});
