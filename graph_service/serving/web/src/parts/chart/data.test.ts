import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Row, Term } from '../../service/terms.js';
import { guessed, panelsOf } from './data.js';

const XSD = 'http://www.w3.org/2001/XMLSchema#';
const typed = (value: string, type: string): Term => ({ type: 'literal', value, datatype: XSD + type });
const plain = (value: string): Term => ({ type: 'literal', value });

const rows: readonly Row[] = [
  { place: plain('Gao'), year: typed('2015', 'gYear'), number: typed('750', 'integer'), basis: plain('observed') },
  { place: plain('Gao'), year: typed('2014-03', 'gYearMonth'), number: typed('700', 'integer'), basis: plain('observed') },
  { place: plain('Gao'), year: typed('2014', 'gYear'), basis: plain('stated') },
  { place: plain('Bamako'), year: typed('2015', 'gYear'), number: typed('30', 'integer'), basis: plain('stated') },
];

test('a panel for each basis, places in the order of time, what has no number named apart', () => {
  const [observed, stated] = panelsOf({ form: 'bars', along: 'year', values: ['number'], series: 'place', each: 'basis', unit: 'men', unit_nl: 'mannen' }, rows, { dutch: true });
  assert.deepEqual(observed!.places.map((place) => [place.label, place.marks[0]!.value]), [['2014-03', 700], ['2015', 750]]);
  assert.equal(observed!.unit, 'mannen');
  assert.deepEqual([stated!.series, stated!.without], [['Gao', 'Bamako'], ['2014']]);
});

test('without columns of numbers the rows are counted', () => {
  const [panel] = panelsOf({ form: 'bars', along: 'place' }, rows);
  assert.deepEqual(panel!.places.map((place) => [place.label, place.marks[0]!.value]), [['Gao', 3], ['Bamako', 1]]);
});

test('several numbers at one place stay several, and the same one twice is one', () => {
  const twice: readonly Row[] = [450, 450, 348].map((one) => ({ moment: plain('start'), number: typed(String(one), 'integer') }));
  const [panel] = panelsOf({ form: 'bars', along: 'moment', values: ['number'] }, twice);
  assert.deepEqual(panel!.places[0]!.marks.map((mark) => mark.value), [450, 348]);
});

test('a chart is guessed from what the columns hold', () => {
  assert.deepEqual(guessed(['place', 'year', 'number'], rows), { form: 'lines', along: 'year', values: ['number'] });
  assert.equal(guessed(['place', 'number'], rows)?.form, 'bars');
  assert.equal(guessed(['place'], rows), null);
  assert.equal(guessed(['number'], rows), null);
  assert.equal(guessed(['number'], []), null);
});

test('columns and the words of questions are said as the caller says them, along the axis, in series and panels', () => {
  const panels = panelsOf({ form: 'bars', along: 'place', values: ['number', 'more'], series: 'basis', each: 'basis' }, [{ ...rows[0]!, more: typed('3', 'integer') }], {
    label: (name) => name.toUpperCase(),
    word: (column, said) => `${column} ${said}`,
  });
  assert.deepEqual([panels[0]!.name, panels[0]!.places[0]!.label, panels[0]!.series], ['basis observed', 'place Gao', ['basis observed: NUMBER', 'basis observed: MORE']]);
});
