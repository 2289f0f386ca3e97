import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dateText, lastPart, partialDate, span } from './terms.js';

test('a partial date covers its whole year, month or day', () => {
  const covered = (text: string): string[] => Object.values(span(partialDate(text)!)).map((date: Date) => date.toISOString().slice(0, 10));
  assert.deepEqual(covered('2013'), ['2013-01-01', '2014-01-01']);
  assert.deepEqual(covered('2013-12'), ['2013-12-01', '2014-01-01']);
  assert.deepEqual(covered('2012-02-29'), ['2012-02-29', '2012-03-01']);
  assert.deepEqual(covered('0099-12-31'), ['0099-12-31', '0100-01-01']);
});

test('what is no date is none', () => {
  for (const text of ['', 'spring 2013', '2013-13', '2013-04-32', '13']) assert.equal(partialDate(text), null, text);
  assert.equal(dateText('spring 2013'), 'spring 2013');
});

test('the last part of an IRI is what a person would call it', () => {
  assert.equal(lastPart('https://w3id.org/sluis/id/actor/minusma'), 'minusma');
  assert.equal(lastPart('https://example.org/a%20b/'), 'a b');
  assert.equal(lastPart('urn:x:y'), 'y');
});
