import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lettersOf, neighboursOf, pathBetween, sound, towards, type Graph, type GraphLink } from './model.js';

const link = (id: string, from: string, to: string): GraphLink => ({ id, from, to });
const nodes = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, label: id }));
const GRAPH: Graph = { nodes, links: [link('ab', 'a', 'b'), link('cb', 'c', 'b'), link('cd', 'c', 'd'), link('ad', 'a', 'd'), link('dd', 'd', 'd')] };

test('a link to a node that is not there is left out, and an id stands once', () => {
  const { nodes, links } = sound({ nodes: [...GRAPH.nodes, { id: 'a', label: 'again' }], links: [link('ax', 'a', 'x'), link('ab', 'a', 'b'), link('ab', 'a', 'c')] });
  assert.deepEqual(nodes.map(({ label }) => label), ['again', 'b', 'c', 'd', 'e']);
  assert.deepEqual(links, [link('ab', 'a', 'c')]);
});

test('neighbours are over the links that are shown, in both directions, and a link to itself counts once', () => {
  const ids = (id: string, shown: string[] | null = null): string[] =>
    (neighboursOf(GRAPH, shown && { nodes: new Set(), links: new Set(shown) }).get(id) ?? []).map(({ link }) => link.id);
  assert.deepEqual(ids('a'), ['ab', 'ad']);
  assert.deepEqual(ids('b'), ['ab', 'cb']);
  assert.deepEqual(ids('d'), ['cd', 'ad', 'dd']);
  assert.deepEqual(ids('d', ['cd']), ['cd']);
});

test('a path is the shortest, runs against the direction of links too, and goes over shown links alone', () => {
  const path = (from: string, to: string, shown: string[] | null = null): string[] | null =>
    pathBetween(GRAPH, from, to, shown && { nodes: new Set(), links: new Set(shown) })?.map(({ id, link }) => `${link.id}>${id}`) ?? null;
  assert.deepEqual(path('a', 'd'), ['ad>d']);
  assert.deepEqual(path('a', 'd', ['ab', 'cb', 'cd']), ['ab>b', 'cb>c', 'cd>d']);
  assert.deepEqual(path('a', 'a'), []);
  assert.equal(path('a', 'e'), null);
  assert.equal(path('a', 'nobody'), null);
});

test('an arrow key goes to what lies most that way, and nowhere if nothing does', () => {
  const at = { x: 0, y: 0 };
  const places = [['near', { x: 30, y: 25 }], ['straight', { x: 50, y: 2 }], ['above', { x: 4, y: -40 }]] as const;
  assert.equal(towards(at, 'right', places), 'straight');
  assert.equal(towards(at, 'up', places), 'above');
  assert.equal(towards(at, 'down', places), 'near');
  assert.equal(towards(at, 'left', places), null);
});

test('each marking has one letter, whatever shows it, and nothing without a marking has one', () => {
  const marked = Array.from({ length: 28 }, (_, n) => ({ id: `m${n}`, label: '', marking: `M${String(n).padStart(2, '0')}` }));
  const letters = lettersOf({ nodes: [...marked, { id: 'x', label: '' }], links: [{ id: 'l', from: 'm0', to: 'm1', marking: 'M01' }] });
  assert.deepEqual([letters.size, letters.get('M00'), letters.get('M01'), letters.get('M25'), letters.get('M26'), letters.get('M27')], [28, 'A', 'B', 'Z', 'AA', 'AB']);
});
