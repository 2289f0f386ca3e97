import assert from 'node:assert/strict';
import { test } from 'node:test';
import { triples } from './graph.js';
import { drawing } from './layout.js';

const LABEL = 'http://www.w3.org/2004/02/skos/core#prefLabel';

test('a thing is drawn once, a text with each statement, and names are not statements of their own', () => {
  const rows = triples(
    `<urn:a> <urn:p> <urn:b> .\n<urn:a> <urn:q> <urn:b> .\n<urn:a> <urn:r> "x" .\n<urn:b> <urn:r> "x" .\n` +
      `<urn:a> <${LABEL}> "Name"@en .\n<urn:a> <${LABEL}> "Naam"@nl .\n`,
  );
  const { nodes, edges, box } = drawing(rows, 'nl');
  assert.deepEqual(nodes.map(({ label }) => label).sort(), ['Naam', 'b', 'x', 'x']);
  assert.deepEqual(edges.map(({ label }) => label).sort(), ['p, q', 'r', 'r']);
  for (const { x, y } of nodes) assert.ok(x > box[0] && x < box[0] + box[2] && y > box[1] && y < box[1] + box[3]);
});

test('the same statements give the same picture', () => {
  const rows = triples('<urn:a> <urn:p> <urn:b> .\n<urn:b> <urn:p> <urn:c> .\n');
  assert.deepEqual(drawing(rows).box, drawing(rows).box);
});
