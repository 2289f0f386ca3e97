import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Turns } from './turns.js';

/** A piece of work that ends when it is told to, and says when it began. */
function piece(log: string[], name: string): { work: () => Promise<string>; end: () => void } {
  let end = (): void => undefined;
  const done = new Promise<void>((resolve) => (end = resolve));
  const work = async (): Promise<string> => {
    log.push(name);
    await done;
    return name;
  };
  return { work, end: () => end() };
}

const breath = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

test('no more run at once than there are turns, and in the order in which they came', async () => {
  const [turns, log] = [new Turns(2), [] as string[]];
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => piece(log, name)) as [ReturnType<typeof piece>, ReturnType<typeof piece>, ReturnType<typeof piece>, ReturnType<typeof piece>];
  const all = [a, b, c, d].map(({ work }) => turns.take(work));
  await breath();
  assert.deepEqual(log, ['a', 'b']);
  b.end();
  await breath();
  assert.deepEqual(log, ['a', 'b', 'c']);
  for (const one of [a, c, d]) one.end();
  assert.deepEqual(await Promise.all(all), ['a', 'b', 'c', 'd']);
});

test('who gives up while waiting never runs, and keeps nobody from running', async () => {
  const [turns, log, giving] = [new Turns(1), [] as string[], new AbortController()];
  const [a, b, c] = ['a', 'b', 'c'].map((name) => piece(log, name)) as [ReturnType<typeof piece>, ReturnType<typeof piece>, ReturnType<typeof piece>];
  const first = turns.take(a.work);
  const left = turns.take(b.work, giving.signal);
  const last = turns.take(c.work);
  giving.abort();
  await assert.rejects(left, { name: 'AbortError' });
  a.end();
  c.end();
  await Promise.all([first, last]);
  assert.deepEqual(log, ['a', 'c']);
});

test('work that fails gives its turn on', async () => {
  const turns = new Turns(1);
  await assert.rejects(turns.take(() => Promise.reject(new Error('spilt'))));
  assert.equal(await turns.take(() => Promise.resolve(1)), 1);
});
