import assert from 'node:assert/strict';
import { test } from 'node:test';
import { propertyName } from './outside.js';

test('a property is called as the view calls it, else as the page does, else by its end', () => {
  assert.equal(propertyName('http://purl.org/dc/terms/source', 'comes from'), 'comes from');
  assert.equal(propertyName('http://purl.org/dc/terms/creator', 'creator'), 'made by');
  assert.equal(propertyName('http://www.w3.org/1999/02/22-rdf-syntax-ns#type', ''), 'is a');
  assert.equal(propertyName('https://example.org/source', 'source'), 'source');
  assert.equal(propertyName('https://example.org/other', ''), 'other');
});
