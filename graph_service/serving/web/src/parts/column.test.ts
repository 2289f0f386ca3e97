import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { session } from '../service/session.js';
import type { Term } from '../service/terms.js';
import { cellWord, columnWord, readIn, valueWord } from './column.js';

const plain = (value: string): Term => ({ type: 'literal', value });
const own = Object.getOwnPropertyDescriptor(session, 'language');
const speak = (language: 'en' | 'nl'): unknown => Object.defineProperty(session, 'language', { value: language, configurable: true });

afterEach(() => {
  if (own) Object.defineProperty(session, 'language', own);
  else Reflect.deleteProperty(session, 'language');
});

test('a column has its word in the language of the page, a label that of what it names', () => {
  speak('nl');
  assert.deepEqual(['statedAs', 'goalLabel', 'sourceTypes'].map((name) => columnWord(name)), ['genoemd als', 'doel', 'typen bronnen']);
  speak('en');
  assert.deepEqual(['statedAs', 'goalLabel', 'sourceTypes'].map((name) => columnWord(name)), ['stated as', 'goal', 'types of source']);
});

test('one name may be two things by what it holds', () => {
  speak('nl');
  assert.deepEqual([columnWord('number', 'integer'), columnWord('number', 'text')], ['aantal', 'nummer']);
});

test('a name that the catalogue has not reads as words', () => {
  assert.deepEqual(['shipName', 'ship_name', 'constructor', '_'].map((name) => columnWord(name)), ['ship name', 'ship name', 'constructor', '_']);
});

test('a word of a closed list is said in the language, in its column alone', () => {
  speak('nl');
  assert.equal(cellWord('status', 'to-be-assessed'), 'nog te onderzoeken');
  assert.equal(cellWord('roles', 'report; states its scope'), 'rapport; noemt de afbakening');
  assert.equal(cellWord('words', 'report'), 'report');
  assert.deepEqual([valueWord('treaty'), valueWord('toString')], ['verdrag', 'toString']);
});

test('what has a language or a type stays as it is stated', () => {
  speak('nl');
  assert.deepEqual(readIn('status', plain('stated')), plain('gesteld'));
  const tagged: Term = { type: 'literal', value: 'stated', 'xml:lang': 'en' };
  assert.equal(readIn('status', tagged), tagged);
  assert.equal(readIn('status', undefined), undefined);
});
