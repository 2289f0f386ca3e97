import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Row } from '../../service/terms.js';
import { MOST, batches, beside, canAccept, counted, decided, filtered, followingOf, isDateText, mentionsOf, nextOpen, tally, undone, type Decision } from './model.js';

const row = (name: string, more: Record<string, string> = {}): Row => {
  const given = { mention: `urn:m/${name}`, kind: 'actor', words: name, confidence: '0.8', names: 'urn:a', document: 'urn:d', documentLabel: 'D', ...more };
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, value ? { type: 'literal' as const, value } : undefined]));
};
const ACCEPTED: Decision = { verdict: 'accepted', to: '', toLabel: '', note: '' };

test('a mention of a document with two titles is one', () => {
  const found = mentionsOf([row('a'), row('a', { documentLabel: 'E' }), row('b')]);
  assert.deepEqual(found.map((one) => [one.iri, one.documentLabel]), [['urn:m/a', 'D'], ['urn:m/b', 'D']]);
});

test('filters are joined, and confidence is below', () => {
  const all = mentionsOf([row('a', { confidence: '0.5' }), row('b', { kind: 'date', confidence: '0.5' }), row('c')]);
  const names = (filter: Parameters<typeof filtered>[1]): string[] => filtered(all, filter).map((one) => one.words);
  assert.deepEqual(names({ kind: '', document: '', below: 0 }), ['a', 'b', 'c']);
  assert.deepEqual(names({ kind: 'actor', document: 'urn:d', below: 0.8 }), ['a']);
  assert.deepEqual(names({ kind: '', document: 'urn:other', below: 0 }), []);
  assert.deepEqual(counted(all, 'kind', (one) => one.kind).map(({ value, n }) => [value, n]), [['actor', 2], ['date', 1]]);
});

test('what names nothing can be rejected and corrected, not accepted', () => {
  const [thing, none, date, dated, goal] = mentionsOf([
    row('a'), row('b', { names: '' }), row('c', { kind: 'date', names: '' }), row('d', { kind: 'date', names: '', value: '2013' }), row('e', { kind: 'goal', names: '' }),
  ]) as [never, never, never, never, never];
  assert.deepEqual([thing, none, date, dated, goal].map(canAccept), [true, false, false, true, true]);
  assert.deepEqual([...decided(new Map(), [thing, none], ACCEPTED).keys()], ['urn:m/a']);
  assert.equal(decided(new Map(), [none], { ...ACCEPTED, verdict: 'rejected' }).size, 1);
  assert.equal(followingOf(goal), 'isNew');
  assert.equal(followingOf(dated), 'mentionsDate');
});

test('undo takes back what was decided, and the last word counts', () => {
  const all = mentionsOf([row('a'), row('b')]);
  const both = decided(new Map(), all, ACCEPTED);
  const one = decided(both, [all[0]!], { ...ACCEPTED, verdict: 'rejected' });
  assert.deepEqual(tally(one), { accepted: 1, rejected: 1, corrected: 0 });
  assert.deepEqual([...undone(one, ['urn:m/a']).keys()], ['urn:m/b']);
  assert.equal(both.size, 2);
});

test('what is sent together has one verdict, target and note, and no proposal is too large', () => {
  const basket = new Map<string, Decision>([
    ['1', ACCEPTED], ['2', { ...ACCEPTED, note: 'why' }], ['3', ACCEPTED], ['4', { verdict: 'corrected', to: 'urn:x', toLabel: 'X', note: '' }],
  ]);
  assert.deepEqual(batches(basket), [
    { mentions: ['1', '3'], verdict: 'accepted' },
    { mentions: ['2'], verdict: 'accepted', note: 'why' },
    { mentions: ['4'], verdict: 'corrected', corrected_to: 'urn:x' },
  ]);
  const many = new Map(Array.from({ length: 2 * MOST + 1 }, (_, n) => [`m${n}`, ACCEPTED]));
  assert.deepEqual(batches(many).map((batch) => batch.mentions.length), [MOST, MOST, 1]);
});

test('the next one is the next that is open', () => {
  const all = mentionsOf([row('a'), row('b'), row('c')]);
  assert.equal(beside(all, 'urn:m/a', 1), 'urn:m/b');
  assert.equal(beside(all, 'urn:m/c', 1), 'urn:m/c');
  assert.equal(beside(all, 'gone', 1), 'urn:m/a');
  assert.equal(beside([], 'gone', 1), '');
  const basket = decided(new Map(), [all[1]!], ACCEPTED);
  assert.equal(nextOpen(all, 'urn:m/a', basket), 'urn:m/c');
  assert.equal(nextOpen(all, 'urn:m/c', basket), 'urn:m/a');
  assert.equal(nextOpen(all, 'urn:m/a', decided(basket, all, ACCEPTED)), 'urn:m/a');
});

test('a date is a year, month or day, or two of them', () => {
  assert.deepEqual(['2013', '2013-04', '2013-04-25', '2013/2014-05', '2013-13', 'soon', '', '1/2/3'].map(isDateText), [true, true, true, true, false, false, false, false]);
});
