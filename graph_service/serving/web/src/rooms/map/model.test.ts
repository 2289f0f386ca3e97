import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from '../../service/api.js';
import type { Row } from '../../service/terms.js';
import { atlasOf, spotsOf, type Choice } from './model.js';

const NS = 'https://w3id.org/sluis/ns#';
const answer = (...rows: readonly Readonly<Record<string, string>>[]): Answer => ({
  vars: [],
  rows: rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, { type: value.includes(':') ? 'uri' : 'literal', value }])) as Row),
  boolean: null,
  banner: '',
  queryId: '',
  milliseconds: 0,
  request: { path: '', params: {} },
});
const at = (thing: string, place: string, more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  thing: `x:${thing}`, place: `x:${place}`, latitude: '15', longitude: '-4.5', kind: `${NS}Count`, ...more,
});
const count = (thing: string, place: string, number: string, date: string): Record<string, string> => at(thing, place, { number, measure: `${NS}headcount`, since: date, until: date });
const deaths = (thing: string, number: string, date: string): Record<string, string> => at(thing, 'q', { number, measure: `${NS}fatalities`, since: date, until: date });
const ALL: Choice = { kind: '', measure: '', from: '', until: '', undated: true };

test('people who are counted again at each date are never added up over time', () => {
  const atlas = atlasOf(answer(count('a', 'p', '100', '2014'), count('b', 'p', '50', '2014'), count('c', 'p', '120', '2015')));
  const [spot] = spotsOf(atlas, { ...ALL, measure: `${NS}headcount` });
  assert.deepEqual([spot!.size, spot!.date], [150, '2014']);
  assert.equal(spotsOf(atlas, { ...ALL, measure: `${NS}headcount`, from: '2015' })[0]!.size, 120);
});

test('what happened is added up, and without a measure things are counted', () => {
  const atlas = atlasOf(answer(deaths('a', '2', '2014-01-01'), deaths('b', '3', '2014-02-01'), at('m', 'q')));
  assert.equal(spotsOf(atlas, { ...ALL, measure: `${NS}fatalities` })[0]!.size, 5);
  assert.equal(spotsOf(atlas, ALL)[0]!.size, 3);
  assert.equal(spotsOf(atlas, { ...ALL, undated: false })[0]!.size, 2);
});

test('a row that an answer has twice counts once', () => {
  const atlas = atlasOf(answer(count('a', 'p', '100', '2014'), count('a', 'p', '100', '2014')));
  assert.equal(spotsOf(atlas, { ...ALL, measure: `${NS}headcount` })[0]!.size, 100);
});

test('what has no coordinates, or ones that are nowhere, is not on the map', () => {
  assert.equal(atlasOf(answer(at('a', 'p', { latitude: '95' }), at('b', 'p', { longitude: 'west' }), { thing: 'x:c', place: 'x:p' })).places.size, 0);
  assert.equal(atlasOf(answer(at('a', 'p', { latitude: '0', longitude: '0' }))).places.size, 1);
});
