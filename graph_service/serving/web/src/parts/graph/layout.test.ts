import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Layout } from './layout.js';
import { boundsOf, type Graph, type Point } from './model.js';

function ring(size: number): Graph {
  const nodes = Array.from({ length: size }, (_, n) => ({ id: `n${n}`, label: `Node ${n}` }));
  return { nodes, links: nodes.map(({ id }, n) => ({ id: `l${n}`, from: id, to: `n${(n + 1) % size}` })) };
}

function settled(graph: Graph, options = {}): ReadonlyMap<string, Point> {
  const layout = new Layout(graph, options);
  while (!layout.work(1000));
  return layout.positions;
}

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

test('the same graph lands in the same place each time', () => {
  assert.deepEqual(settled(ring(12)), settled(ring(12)));
});

test('no two nodes of a small graph lie on each other', () => {
  const places = [...settled(ring(30)).values()];
  for (const [n, a] of places.entries()) for (const b of places.slice(n + 1)) assert.ok(distance(a, b) > 30, `${distance(a, b)}`);
});

test('what is pinned stays, and a new node comes beside its neighbour while the others hardly move', () => {
  const before = settled(ring(12));
  const { nodes, links } = ring(12);
  const more: Graph = { nodes: [...nodes, { id: 'new', label: 'New' }], links: [...links, { id: 'to-new', from: 'n3', to: 'new' }] };
  const after = settled(more, { placed: before, pinned: new Set(['n3']) });
  assert.ok(distance(after.get('n3')!, before.get('n3')!) < 0.001);
  assert.ok(distance(after.get('new')!, after.get('n3')!) < 200);
  assert.ok(distance(after.get('n9')!, before.get('n9')!) < 120);
});

test('work comes in slices: a short one does not finish a large graph, and progress grows', () => {
  const layout = new Layout(ring(1500));
  assert.equal(layout.work(1), false);
  const early = layout.progress;
  layout.work(20);
  assert.ok(early > 0 && layout.progress > early && layout.progress < 1);
});

test('a graph of one node, or of none, has a layout', () => {
  assert.equal(settled({ nodes: [], links: [] }).size, 0);
  const alone = settled({ nodes: [{ id: 'a', label: 'A' }], links: [{ id: 'aa', from: 'a', to: 'a' }] });
  assert.ok(Number.isFinite(alone.get('a')!.x));
});

test('a graph is arranged towards the form of where it is drawn, and what is placed is not stretched', () => {
  const ratio = (places: ReadonlyMap<string, Point>): number => {
    const [left, top, right, bottom] = boundsOf([...places.values()]);
    return (right - left) / (bottom - top);
  };
  assert.ok(ratio(settled(ring(20), { aspect: 1.8 })) > 1.5);
  assert.ok(ratio(settled(ring(20), { aspect: 0.5 })) < ratio(settled(ring(20))));
  const placed = settled(ring(20));
  assert.ok(Math.abs(ratio(settled(ring(20), { placed, aspect: 3 })) - ratio(placed)) < 0.2);
});
