import assert from 'node:assert/strict';
import { test } from 'node:test';
import { triples } from './graph.js';

test('every kind of term is read', () => {
  const [first, second, third] = triples(
    '<urn:s> <urn:p> "a \\"b\\"\\n\\u00e9\\U0001F600"@nl-x-test .\n_:b1 <urn:p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .\n' +
      '<urn:s> <urn:q> <<( <urn:a> <urn:b> "c" )>> .\n',
  );
  assert.deepEqual(first?.['object'], { type: 'literal', value: 'a "b"\n\u00e9\u{1F600}', 'xml:lang': 'nl-x-test' });
  assert.deepEqual(second?.['subject'], { type: 'bnode', value: 'b1' });
  assert.deepEqual(second?.['object'], { type: 'literal', value: '1', datatype: 'http://www.w3.org/2001/XMLSchema#integer' });
  assert.equal(third?.['object']?.type, 'triple');
});

test('what is not N-Triples is no graph, rather than half of one', () => {
  assert.throws(() => triples('<urn:s> <urn:p> nothing .'));
  assert.deepEqual(triples('\n# none\n'), []);
});
