import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Row } from '../../service/terms.js';
import { columnsOf, groupsOf, lettersFor, matrixOf, narrowed, tallyOf, type Matrix } from './model.js';

function row(goal: string, source = '', marking = '', order = '', date = '', of = 'Mission'): Row {
  const words = { goalLabel: goal, of, ofLabel: of, sourceLabel: source, marking, order, policy: 'P', date };
  const found = Object.entries(words).filter(([, said]) => said).map(([name, said]) => [name, { type: 'literal', value: said }] as const);
  return { goal: { type: 'uri', value: goal }, ...(source ? { source: { type: 'uri', value: source } } : {}), ...Object.fromEntries(found) };
}

const MATRIX: Matrix = matrixOf([
  row('a', 's', 'SECRET', '3', '2014'),
  row('a', 's', 'OTHER SECRET', '2', '2014'),
  row('a', 't', 'OPEN', '0', '2013-05-01'),
  row('b', 's', 'SECRET', '3', '2014'),
  row('b', 's', 'OTHER SECRET', '2', '2014'),
  row('c', 'u', '', '', '', 'Other'),
  row('d'),
]);
const ALL = { find: '', of: '', classified: false, bare: true };
const named = (matrix: Matrix): string[] => matrix.goals.map(({ label }) => label);

test('a goal and a source stand once, a source with each of its markings, the highest first', () => {
  assert.deepEqual(named(MATRIX), ['a', 'b', 'c', 'd']);
  assert.deepEqual(MATRIX.sources.get('s')!.markings.map(({ marking }) => marking), ['SECRET', 'OTHER SECRET']);
});

test('only classified is said where every source that is there is classified, and there is one', () => {
  const tallies = MATRIX.goals.map((goal) => tallyOf(MATRIX, goal));
  assert.deepEqual(tallies.map(({ sources, classified, only }) => [sources, classified, only]), [[2, 1, false], [1, 1, true], [1, 0, false], [0, 0, false]]);
});

test('sources stand by day, by marking or by how many goals rest on them', () => {
  const order = (by: 'date' | 'marking' | 'goals'): string => columnsOf(MATRIX, MATRIX.goals, by).map(({ iri }) => iri).join('');
  assert.equal(order('date'), 'tsu');
  assert.equal(order('marking'), 'stu');
  assert.equal(order('goals'), 'stu');
});

test('what is left out takes its columns with it, and goals that have nothing left', () => {
  const few = narrowed(MATRIX, { ...ALL, classified: true, bare: false });
  assert.deepEqual(named(few), ['a', 'b']);
  assert.deepEqual(columnsOf(few, few.goals, 'date').map(({ iri }) => iri), ['s']);
  assert.deepEqual(named(narrowed(MATRIX, { ...ALL, find: 'T' })), ['a']);
  assert.deepEqual(named(narrowed(MATRIX, { ...ALL, of: 'Other' })), ['c']);
});

test('goals stand under what they are goals of', () => {
  assert.deepEqual(groupsOf(MATRIX.goals).map(({ of, goals }) => [of, goals.length]), [['Mission', 3], ['Other', 1]]);
});

test('no two markings have the same letters', () => {
  const letters = lettersFor(['Stg. GEHEIM', 'Stg. GEBRUIK', 'NATO SECRET', 'SECRET UE/EU SECRET', 'Stg. GEHEIM']);
  assert.equal(letters.get('NATO SECRET'), 'NS');
  assert.equal(letters.size, 4);
  assert.equal(new Set(letters.values()).size, 4);
});
