import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Row, Term } from '../../service/terms.js';
import { itemsOf, limit, mayBeIn } from './items.js';

const plain = (value: string): Term => ({ type: 'literal', value });

function row(extent: string, begin: string, end = ''): Row {
  const thing: Term = { type: 'uri', value: 'https://example.org/id/a' };
  return { thing, kind: plain('event'), extent: plain(extent), ...(begin ? { begin: plain(begin) } : {}), ...(end ? { end: plain(end) } : {}) };
}

const of = (...given: Parameters<typeof row>) => itemsOf([row(...given)])[0]!;

test('a moment known by its year may be anywhere in it and is certain nowhere', () => {
  const item = of('moment', '2013');
  assert.deepEqual(item.time, { from: Date.UTC(2013, 0), until: Date.UTC(2014, 0) });
  assert.equal(item.sure, null);
  assert.deepEqual(of('moment', '2013-04-25').sure, { from: Date.UTC(2013, 3, 25), until: Date.UTC(2013, 3, 26) });
});

test('a period is certain between its beginning and its end only', () => {
  assert.deepEqual(of('period', '2014', '2019-05').sure, { from: Date.UTC(2015, 0), until: Date.UTC(2019, 4) });
  assert.equal(of('period', '2013', '2013').sure, null);
});

test('an end that nothing states is open, and may be any later time', () => {
  const item = of('period', '2019-05');
  assert.ok(item.openEnd && !item.openBegin);
  assert.ok(mayBeIn(item, { from: Date.UTC(2040, 0), until: Date.UTC(2041, 0) }));
  assert.ok(!mayBeIn(item, { from: Date.UTC(2018, 0), until: Date.UTC(2019, 0) }));
  assert.ok(of('period', '', '2019').openBegin);
});

test('what has no date or a kind that has no lane is left out', () => {
  assert.equal(itemsOf([row('moment', ''), { ...row('moment', '2013'), kind: plain('odd') }]).length, 0);
});

test('a limit takes the whole of the date that it names', () => {
  assert.equal(limit('2013', 'from'), Date.UTC(2013, 0));
  assert.equal(limit('2013-04', 'until'), Date.UTC(2013, 4));
  assert.equal(limit('soon', 'from'), null);
});
