import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Row, Term } from '../../service/terms.js';
import { columnsOf } from '../../parts/table/columns.js';
import { bound } from './bound.js';
import { givenTo, lacking, shelves, type Parameter, type Question } from './catalogue.js';
import { networkOf, pairOf, preferred, viewsOf, yearsOf } from './views.js';

const XSD = 'http://www.w3.org/2001/XMLSchema#';
const iri = (value: string): Term => ({ type: 'uri', value: `https://e.org/${value}` });
const word = (value: string): Term => ({ type: 'literal', value });
const parameter = (name: string, type: Parameter['type'], required = false): Parameter => ({ name, type, required, description: name, description_nl: name, default: null });

function question(change: Partial<Question>): Question {
  const said = { summary: 'Which goals?', summary_nl: 'Welke doelen?', description: 'Goals.', description_nl: 'Doelen.' };
  return { name: 'x', ...said, parameters: [], example: {}, columns: {}, tags: ['public'], topic: 'goals', view: 'table', needs: '', ...change };
}

test('a question is found by words of either language, and stands under its topic in the order of topics', () => {
  const all = [question({ name: 'b', topic: 'sources', summary: 'Who?' }), question({ name: 'a' })];
  const names = (search: string, audience = ''): string[] => shelves(all, search, audience).flatMap(({ topic, questions }) => [topic, ...questions.map(({ name }) => name)]);
  assert.deepEqual(names(''), ['goals', 'a', 'sources', 'b']);
  assert.deepEqual(names('WHO'), ['sources', 'b']);
  assert.deepEqual(names('welke goals which'), ['goals', 'a']);
  assert.deepEqual(names('', 'reviewer'), []);
});

test('a topic that the page does not know stands under the others', () => {
  assert.deepEqual(shelves([question({ topic: 'weather' as never })], '', '').map(({ topic }) => topic), ['other']);
});

test('an address gives a question its own parameters and nothing else', () => {
  const asked = question({ parameters: [parameter('actor', 'iri', true), parameter('from', 'date')] });
  const given = givenTo(asked, new URLSearchParams('_question=x&from=2013&other=1'));
  assert.deepEqual(given, { from: '2013' });
  assert.deepEqual(lacking(asked, given).map(({ name }) => name), ['actor']);
});

test('what is given stands in the query as the term that the service binds, and text stays text', () => {
  const types: Record<string, Parameter['type']> = { a: 'iri', l: 'level', d: 'date', n: 'integer', s: 'string' };
  const query = Object.keys(types).map((name) => `VALUES ?param_${name} { UNDEF }`).join('\n');
  const asked = question({ parameters: Object.entries(types).map(([name, type]) => parameter(name, type)) });
  const made = bound(query, asked, { a: 'https://e.org/a', l: 'Stg. GEHEIM', d: '2013-04', n: '3', s: '"} $& \n' }, () => 'urn:level');
  assert.deepEqual(made.split('\n'), [
    'VALUES ?param_a { <https://e.org/a> }',
    'VALUES ?param_l { <urn:level> }',
    `VALUES ?param_d { "2013-04"^^<${XSD}gYearMonth> }`,
    `VALUES ?param_n { "3"^^<${XSD}integer> }`,
    'VALUES ?param_s { "\\u0022} $& \\u000A" }',
  ]);
  assert.equal(bound(query, asked, { a: 'x> } INSERT' }, () => undefined), query);
});

const ROWS: readonly Row[] = [
  { link: iri('l'), from: iri('a'), fromLabel: word('A'), to: iri('b'), toLabel: word('B'), kind: word('helps'), date: word('2014') },
  { link: iri('m'), from: iri('a'), fromLabel: word('A'), to: iri('b'), toLabel: word('B'), kind: word('helps'), date: word('2013-05') },
  { link: iri('n'), from: iri('b'), fromLabel: word('B'), kind: word('waits') },
];
const TYPES = { link: 'iri', from: 'iri', fromLabel: 'text', to: 'iri', toLabel: 'text', kind: 'text', date: 'date?' };
const VARS = Object.keys(TYPES);

test('a network has each thing once, each link once for what is written at it, and no link to nothing', () => {
  const pair = pairOf(columnsOf(VARS, ROWS, TYPES))!;
  const { nodes, links } = networkOf(ROWS, pair);
  assert.deepEqual(nodes.map(({ label }) => label), ['A', 'B']);
  assert.deepEqual(links.map(({ from, label, to }) => [from, label, to]), [['https://e.org/a', 'helps', 'https://e.org/b']]);
});

test('rows stand by year in the order of their dates, those without one apart', () => {
  const { years, undated } = yearsOf(ROWS, columnsOf(VARS, ROWS, TYPES));
  assert.deepEqual(years.map(({ year, items }) => [year, items.length]), [[2013, 1], [2014, 1]]);
  assert.equal(undated.length, 1);
});

test('an answer is shown as its question asks where it can be, and as a table always', () => {
  const views = viewsOf(VARS, ROWS, TYPES, true);
  assert.deepEqual(views, ['table', 'network', 'dates', 'chart']);
  assert.equal(preferred('flow', views), 'network');
  assert.equal(preferred('timeline', ['table']), 'table');
  assert.deepEqual(viewsOf(VARS, [], TYPES, true), ['table']);
});
