import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Row, Term } from '../../service/terms.js';
import { columnsOf, widthOf } from './columns.js';
import { cellsOf, csv, harmless, json, tsv } from './export.js';
import { moved } from './keys.js';
import { filtered, identity, pressed, sorted, sortsOf, written } from './rows.js';

const XSD = 'http://www.w3.org/2001/XMLSchema#';
const iri = (value: string): Term => ({ type: 'uri', value });
const word = (value: string, datatype?: string): Term => ({ type: 'literal', value, ...(datatype ? { datatype: XSD + datatype } : {}) });
const named = (columns: readonly { readonly name: string }[]): string[] => columns.map(({ name }) => name);

const VARS = ['goal', 'goalLabel', 'date', 'number'];
const ROWS: readonly Row[] = [
  { goal: iri('https://e.org/b'), goalLabel: word('Brood'), date: word('2014', 'gYear'), number: word('10', 'integer') },
  { goal: iri('https://e.org/a'), goalLabel: word('Âpril'), date: word('2014-03', 'gYearMonth'), number: word('9', 'integer') },
  { goal: iri('https://e.org/c'), goalLabel: word('circus'), date: word('2013-12-31', 'date') },
];
const COLUMNS = columnsOf(VARS, ROWS);
const names = (rows: readonly Row[]): string[] => rows.map((row) => (row['goalLabel'] as { value: string }).value);

test('a name stands in the column of its thing, and the terms give the types that the catalogue does not', () => {
  assert.deepEqual(COLUMNS, [
    { name: 'goal', type: 'iri', labelOf: 'goalLabel' },
    { name: 'date', type: 'date', labelOf: null },
    { name: 'number', type: 'integer', labelOf: null },
  ]);
  assert.equal(columnsOf(['x'], [{ x: word('1', 'integer') }], { x: 'text?' })[0]?.type, 'text');
  assert.deepEqual(named(columnsOf(['xLabel', 'y'], [{ xLabel: word('x') }])), ['xLabel', 'y']);
});

test('the marking of a row is the first column, wherever the answer has it', () => {
  assert.deepEqual(named(columnsOf([...VARS, '_marking'], ROWS)), ['_marking', 'goal', 'date', 'number']);
});

test('numbers sort as numbers, and what has no value is last both ways', () => {
  assert.deepEqual(names(sorted(ROWS, COLUMNS, sortsOf('number'), 'nl')), ['Âpril', 'Brood', 'circus']);
  assert.deepEqual(names(sorted(ROWS, COLUMNS, sortsOf('-number'), 'nl')), ['Brood', 'Âpril', 'circus']);
});

test('dates of any precision sort by when they begin, the less precise first', () => {
  const days = ['2014-01-01', '2014', '2014-01', '2013-06'].map((day) => ({ d: word(day, 'date') }));
  const order = sorted(days, columnsOf(['d'], days, { d: 'date' }), sortsOf('d'), 'en').map((row) => (row['d'] as { value: string }).value);
  assert.deepEqual(order, ['2013-06', '2014', '2014-01', '2014-01-01']);
});

test('words sort as the language does, by name and not by address', () => {
  assert.deepEqual(names(sorted(ROWS, COLUMNS, sortsOf('goal'), 'nl')), ['Âpril', 'Brood', 'circus']);
});

test('equal rows stay as the answer has them, and a second column decides between them', () => {
  const rows = ['2', '1', '2', '1'].map((a, index) => ({ a: word(a, 'integer'), b: word(String(9 - index), 'integer') }));
  const columns = columnsOf(['a', 'b'], rows);
  const order = (sorts: string): string => sorted(rows, columns, sortsOf(sorts), 'en').map(({ b }) => b?.value).join('');
  assert.equal(order('a'), '8697');
  assert.equal(order('a,b'), '6879');
});

test('pressing a heading sorts up, down and not at all; with shift it keeps the others', () => {
  let sorts = pressed([], 'a', false);
  assert.equal(written(sorts), 'a');
  sorts = pressed(sorts, 'b', true);
  assert.equal(written((sorts = pressed(sorts, 'a', true))), '-a,b');
  assert.equal(written(pressed(sorts, 'a', true)), 'b');
  assert.equal(written(pressed(sorts, 'a', false)), '');
});

test('every word that is looked for stands in a row, whatever its case and accents', () => {
  assert.deepEqual(names(filtered(ROWS, COLUMNS, 'april 2014')), ['Âpril']);
  assert.deepEqual(filtered(ROWS, COLUMNS, 'april circus'), []);
});

test('numbers and dates are filtered by ranges, and a date known to the year fits where one of its days would', () => {
  const each = (name: string, asked: string): string[] => names(filtered(ROWS, COLUMNS, '', { [name]: asked }));
  assert.deepEqual(each('number', '>9'), ['Brood']);
  assert.deepEqual(each('number', '9..10'), ['Brood', 'Âpril']);
  assert.deepEqual(each('date', '2013'), ['circus']);
  assert.deepEqual(each('date', '2014-03-05'), ['Brood', 'Âpril']);
  assert.deepEqual(each('date', '..2013'), ['circus']);
  assert.deepEqual(each('date', '>=2014-02'), ['Brood', 'Âpril']);
  assert.deepEqual(each('date', 'nonsense'), []);
});

test('what a spreadsheet would run is a text, and a number stays one', () => {
  for (const bad of ['=1+1', '+SUM(A1)', '-2+3', '@A1', '\t=1', ' =cmd|calc', '＝1', '\u200b=1', '\r=1']) {
    assert.ok(harmless(bad).startsWith("'"), JSON.stringify(bad));
  }
  for (const good of ['-3', '+3.5', '-1.5e3', 'a=b', '2013-04', '']) assert.equal(harmless(good), good);
});

test('CSV has a name beside its IRI, quotes what needs it, and begins with the mark of UTF-8', () => {
  const rows = [{ goal: iri('https://e.org/a'), goalLabel: word('say "a", b\n=c') }];
  const made = csv(cellsOf(rows, columnsOf(['goal', 'goalLabel'], rows)));
  assert.equal(made, '\uFEFFgoalLabel,goal\r\n"say ""a"", b\n=c",https://e.org/a\r\n');
});

test('the clipboard gets one line a row', () => {
  assert.equal(tsv([['a\tb', 'c\r\nd'], ['=1', '-1']]), "a b\tc d\n'=1\t-1");
});

test('JSON holds the answer and its marking', () => {
  const made = JSON.parse(json(VARS, ROWS, 'Stg. GEHEIM')) as { classification: string; results: { bindings: unknown } };
  assert.equal(made.classification, 'Stg. GEHEIM');
  assert.deepEqual(made.results.bindings, ROWS);
});

test('keys lead to cells and never out of the grid', () => {
  const size = { rows: 5, columns: 3, page: 2 };
  const to = (row: number, column: number, key: string, control = false): readonly number[] | null => {
    const cell = moved({ row, column }, key, control, size);
    return cell && [cell.row, cell.column];
  };
  assert.deepEqual(to(0, 0, 'ArrowUp'), [0, 0]);
  assert.deepEqual(to(4, 2, 'ArrowDown'), [4, 2]);
  assert.deepEqual(to(2, 1, 'PageDown'), [4, 1]);
  assert.deepEqual(to(2, 1, 'End', true), [4, 2]);
  assert.deepEqual(to(2, 1, 'Home'), [2, 0]);
  assert.equal(to(2, 1, 'a'), null);
});

test('a long text takes no more room than it needs', () => {
  const rows = [{ a: word('x'.repeat(500)), n: word('1', 'integer') }];
  const [long, short] = columnsOf(['a', 'n'], rows).map((column) => widthOf(column, rows, column.name));
  assert.ok(long!.least <= 20 && long!.share > short!.share);
});

test('a row is known again by what stands in it, in the order of the variables', () => {
  const row = ROWS[0]!;
  assert.equal(identity({ ...row, _marking: word('x') }, VARS), identity(row, VARS));
  assert.notEqual(identity(ROWS[1]!, VARS), identity(row, VARS));
});
