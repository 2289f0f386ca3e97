import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Row, Term } from '../../service/terms.js';
import { flowOf, strengthOf, theoriesOf, widthOf } from './flow.js';
import { placed } from './place.js';

const iri = (value: string): Term => ({ type: 'uri', value });
const plain = (value: string): Term => ({ type: 'literal', value });

function step(name: string, level: string, ordinal: number, theory = 'theory'): Row {
  return { theory: iri(theory), theoryLabel: plain(theory), step: iri(name), stepLabel: plain(name), level: iri(level), levelLabel: plain(level), ordinal: plain(String(ordinal)) };
}

function arrow(from: string, to: string, part = 'arrow', item = 'x', more: Row = {}): Row {
  return { arrow: iri(`${from}-${to}`), from: iri(from), to: iri(to), fromLabel: plain(from), toLabel: plain(to), part: plain(part), item: iri(item), ...more };
}

const STEPS = [step('c', 'impact', 5), step('a', 'input', 1), step('b', 'output', 3), step('z', 'input', 1, 'other')];
const ARROWS = [
  arrow('a', 'b'),
  arrow('a', 'b', 'assumption', 'rain'),
  arrow('a', 'b', 'for', 'line', { source: iri('s1'), sourceLabel: plain('one') }),
  arrow('a', 'b', 'for', 'line', { source: iri('s2'), sourceLabel: plain('two') }),
  arrow('b', 'c'),
  arrow('b', 'c', 'against', 'line-2'),
];

test('the theories are told by their steps', () => {
  assert.deepEqual(theoriesOf(STEPS).map((theory) => [theory.iri, theory.steps]), [['theory', 3], ['other', 1]]);
});

test('levels are columns in their order, and steps of another theory are none of this one', () => {
  const flow = flowOf('theory', STEPS, ARROWS, 'none');
  assert.deepEqual(flow.levels.map((level) => level.label), ['input', 'output', 'impact']);
  assert.deepEqual(flow.steps.map((one) => [one.iri, one.column]).sort(), [['a', 0], ['b', 1], ['c', 2]]);
});

test('an arrow has its assumptions and evidence, a line of two sources once', () => {
  const [first, second] = flowOf('theory', STEPS, ARROWS, 'none').arrows;
  assert.deepEqual([first!.assumptions.length, first!.for.length, first!.against.length], [1, 1, 0]);
  assert.deepEqual(first!.for[0]!.sources.map((source) => source.label), ['one', 'two']);
  assert.deepEqual([strengthOf(first!), strengthOf(second!)], ['for', 'against']);
  assert.ok(widthOf(first!) > widthOf(second!));
});

test('a step that is an end of an arrow and nothing more stands in a column of its own', () => {
  const flow = flowOf('theory', STEPS, [...ARROWS, arrow('b', 'elsewhere')], 'no level');
  assert.deepEqual(flow.levels.at(-1), { iri: '', label: 'no level' });
  assert.equal(flow.steps.find((one) => one.iri === 'elsewhere')!.column, 3);
});

test('steps stand in their columns and cover neither each other nor what is written on arrows', () => {
  const steps = ['a', 'b', 'c', 'd', 'e', 'f'].map((id, index) => ({ id, column: Math.floor(index / 2), height: 50 + index * 7 }));
  const arrows = [['a', 'c'], ['a', 'd'], ['b', 'c'], ['b', 'd'], ['c', 'e'], ['d', 'f'], ['a', 'e'], ['f', 'a'], ['c', 'd']].map(([from, to]) => ({ id: `${from}${to}`, from: from!, to: to!, height: 40 }));
  const found = placed(steps, arrows, { columns: 3, step: 100, between: 80, label: 60 });
  assert.equal(found.width, 460);
  for (const one of steps) assert.equal(found.steps.get(one.id)!.x, one.column * 180);
  const boxes = [...found.steps.values(), ...[...found.arrows.values()].map((one) => one.label)];
  for (const [i, a] of boxes.entries()) {
    assert.ok(a.y >= 0 && a.y + a.height <= found.height + 0.01);
    for (const b of boxes.slice(i + 1)) {
      assert.ok(a.x >= b.x + b.width - 0.01 || b.x >= a.x + a.width - 0.01 || a.y >= b.y + b.height || b.y >= a.y + a.height, JSON.stringify([a, b]));
    }
  }
});

test('a theory without arrows is its steps in columns', () => {
  const found = placed([{ id: 'a', column: 0, height: 40 }, { id: 'b', column: 2, height: 40 }], [], { columns: 3, step: 100, between: 80, label: 60 });
  assert.equal(found.steps.get('b')!.x, 360);
  assert.ok(found.height >= 40);
});
