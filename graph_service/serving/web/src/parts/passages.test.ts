import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Row, Term } from '../service/terms.js';
import { cut, places, sayings, surroundings } from './passages.js';

const row = (values: Record<string, string | number | boolean>): Row =>
  Object.fromEntries(Object.entries(values).map(([name, value]): [string, Term] => [name, { type: 'literal', value: String(value) }]));

test('positions count code points, so an emoji before the words moves nothing', () => {
  assert.deepEqual(cut('😀 the words here', 2, 11), ['😀 ', 'the words', ' here']);
});

test('positions that do not fit the text mark nothing', () => {
  assert.deepEqual(cut('short', 3, 99), ['short', '', '']);
  assert.deepEqual(cut('short', 2, 2), ['short', '', '']);
  assert.deepEqual(cut('short', NaN, NaN), ['short', '', '']);
});

test('a block stands between its neighbours, whatever the order of the rows', () => {
  const common = { around: 'b', byWords: false, start: 0, end: 3 };
  const rows = [
    row({ ...common, block: 'c', offset: 1, text: 'after' }),
    row({ ...common, block: 'b', offset: 0, text: 'the one', section: '2', documentLabel: 'Letter' }),
    row({ ...common, block: 'a', offset: -1, text: 'before' }),
  ];
  const [found, ...others] = surroundings(rows);
  assert.equal(others.length, 0);
  assert.deepEqual(found?.blocks.map((block) => [block.iri, block.text.join('|')]), [['a', 'before||'], ['b', '|the| one'], ['c', 'after||']]);
  assert.equal(found?.section, '2');
});

test('neighbours without the block itself are no place', () => {
  assert.deepEqual(surroundings([row({ around: 'b', block: 'a', offset: -1, text: 'before', byWords: false })]), []);
});

test('a place has each of its quotations, footnotes and portions once', () => {
  const common = { passage: 'p', passageLabel: '§3', inferred: false, marking: 'LOW', footnote: 'f', footnoteNumber: 32, footnoteText: 'See' };
  const found = places([
    row({ ...common, portion: '1', quotation: 'q1', words: 'first' }),
    row({ ...common, portion: '2', quotation: 'q1', words: 'first' }),
    row({ ...common, portion: '2', quotation: 'q2', words: 'second' }),
    row({ ...common, portion: '2', inferred: true }),
  ]);
  assert.equal(found.length, 2);
  assert.deepEqual(found[0]?.quotations.map((one) => one.words), ['first', 'second']);
  assert.deepEqual(found[0]?.footnotes, [{ iri: 'f', number: '32', text: 'See' }]);
  assert.deepEqual([...found[0]!.portions], ['1', '2']);
  assert.deepEqual([found[0]?.inferred, found[1]?.inferred], [false, true]);
});

test('portions of one source and label are one line; another marking is another', () => {
  const found = sayings([
    row({ portion: '1', marking: 'LOW', source: 's', sourceLabel: 'Table' }),
    row({ portion: '2', marking: 'LOW', source: 's', sourceLabel: 'Table' }),
    row({ portion: '3', marking: 'HIGH', source: 's', sourceLabel: 'Table' }),
  ]);
  assert.deepEqual(found.map((one) => [one.marking, one.portions.length]), [['LOW', 2], ['HIGH', 1]]);
});
