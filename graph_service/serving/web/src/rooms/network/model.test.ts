import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from '../../service/api.js';
import type { Row, Term } from '../../service/terms.js';
import { chosen, graphOf, markingsOf, nameOf, networkOf, STATUSES, type Choice } from './model.js';

const NS = 'https://w3id.org/sluis/ns#';
const term = (given: string): Term => (given.includes(':') ? { type: 'uri', value: given } : { type: 'literal', value: given });
const answer = (...rows: readonly Readonly<Record<string, string>>[]): Answer => ({
  vars: [],
  rows: rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, given]) => [name, term(given)])) as Row),
  boolean: null,
  banner: '',
  queryId: '',
  milliseconds: 0,
  request: { path: '', params: {} },
});
const link = (iri: string, actor: string, other: string, more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  link: `x:${iri}`, actor: `x:${actor}`, other: `x:${other}`, relation: `${NS}supports`, relationLabel: 'supports', status: 'stated', isSymmetric: 'false', ...more,
});
const ALL: Choice = { statuses: new Set(STATUSES), withoutKinds: new Set(), relation: '', from: '', until: '', undated: true };
const WORDS = { statuses: { stated: 'stated', intended: 'intended', 'to-be-assessed': 'open', assessed: 'assessed' } };

const ACTORS = answer(
  { actor: 'x:m', actorLabel: 'Mission', kind: `${NS}Intervention`, kindLabel: 'intervention', begin: '2013', end: '2015' },
  { actor: 'x:s', actorLabel: 'State', kind: `${NS}State`, kindLabel: 'state' },
  { actor: 'x:u', actorLabel: 'Union', kind: 'https://example.org/Guild', kindLabel: 'guild' },
);

test('a link stands once, however many answers or rows have it, and its ends are named', () => {
  const network = networkOf([answer(link('1', 'm', 's'), link('1', 'm', 's')), answer(link('1', 'm', 's'), link('2', 's', 'z', { otherLabel: 'Zed' }))], ACTORS);
  assert.deepEqual(network.links.map(({ iri }) => iri), ['x:1', 'x:2']);
  assert.deepEqual([...network.actors.values()].map(({ label }) => label), ['Mission', 'State', 'Zed']);
});

test('a kind that the page does not know is drawn, with its own name', () => {
  const guild = networkOf([], ACTORS).kinds.find(({ key }) => key.endsWith('Guild'))!;
  assert.deepEqual([guild.label, guild.shape], ['guild', 'triangle']);
});

test('a choice leaves links of its statuses, kinds, relation and time, and the actors at their ends', () => {
  const network = networkOf([answer(link('1', 'm', 's'), link('2', 's', 'u', { status: 'intended', since: '2020' }), link('3', 's', 'u', { relation: `${NS}trains` }))], ACTORS);
  const left = (choice: Partial<Choice>): string => chosen(network, { ...ALL, ...choice }).all.map(({ iri }) => iri.slice(2)).join();
  assert.equal(left({}), '1,2,3');
  assert.equal(left({ statuses: new Set(['intended']) }), '2');
  assert.equal(left({ withoutKinds: new Set([`${NS}Intervention`]) }), '2,3');
  assert.equal(left({ relation: `${NS}trains` }), '3');
  assert.equal(left({ undated: false }), '2');
  assert.equal(left({ until: '2019' }), '1,3');
  assert.equal(left({ from: '2016' }), '2,3'); // the mission had ended, though its link has no date
  assert.deepEqual([...chosen(network, { ...ALL, relation: `${NS}trains` }).nodes], ['x:s', 'x:u']);
});

test('what is no fact is never called one, and an unknown status claims least', () => {
  const { links } = networkOf([answer(link('1', 'm', 's', { status: 'assessed', judgement: 'poor' }), link('2', 'm', 's', { status: 'to-be-assessed' }), link('3', 'm', 's', { status: 'new' }))], ACTORS);
  assert.deepEqual(links.map((one) => nameOf(one, WORDS)), ['supports (assessed: poor)', 'supports (open)', 'supports (open)']);
});

test('each status is drawn with a line of its own', () => {
  const { lines = [] } = graphOf(networkOf([], ACTORS), WORDS);
  assert.equal(new Set(lines.map(({ dash }) => dash)).size, STATUSES.length);
});

test('markings come from the answers with marked rows, to the link or the actor that a row is about', () => {
  const markings = markingsOf([answer(link('1', 'm', 's', { _marking: 'B' }), link('2', 'm', 's')), answer({ actor: 'x:m', _marking: 'A' }, { actor: 'x:m', _marking: 'C' })]);
  const network = networkOf([answer(link('1', 'm', 's'), link('2', 'm', 's'))], ACTORS, { markings });
  assert.deepEqual(network.links.map(({ marking }) => marking), ['B', '']);
  assert.deepEqual([network.actors.get('x:m')!.marking, network.actors.get('x:s')!.marking], ['A + C', '']);
});
