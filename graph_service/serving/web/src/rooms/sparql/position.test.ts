import assert from 'node:assert/strict';
import { test } from 'node:test';
import { positionAt, variables } from './position.js';

/** The position at `|` in a text. */
function at(text: string): ReturnType<typeof positionAt> {
  const cursor = text.indexOf('|');
  return positionAt(text.slice(0, cursor) + text.slice(cursor + 1), cursor);
}

test('the part of the triple that is being written', () => {
  const places: Readonly<Record<string, string>> = {
    'SELECT |': 'elsewhere',
    'SELECT * { |': 'subject',
    'SELECT * { ?s |': 'predicate',
    'SELECT * { ?s skos:pre|': 'predicate',
    'SELECT * { ?s a |': 'class',
    'SELECT * { ?s rdf:type sluis:A|': 'class',
    'SELECT * { ?s sluis:x |': 'object',
    'SELECT * { ?s sluis:x ?o ; |': 'predicate',
    'SELECT * { ?s sluis:x ?o , |': 'object',
    'SELECT * { ?s sluis:x ?o . |': 'subject',
    'SELECT * { ?s sluis:x/|': 'predicate',
    'SELECT * { ?s a sluis:A . OPTIONAL { ?s |': 'predicate',
    'SELECT * { ?s ?p ?o FILTER(?o > |': 'elsewhere',
    'SELECT * { ?s ?p ?o FILTER(?o > 1) ?x |': 'predicate',
    'SELECT * { ?s ?p ?o } ORDER BY |': 'elsewhere',
    'SELECT * { VALUES ?x { |': 'subject',
  };
  for (const [text, place] of Object.entries(places)) assert.equal(at(text)?.place, place, text);
});

test('what is begun goes from its first character to the cursor', () => {
  assert.deepEqual([at('ASK { ?ac|')?.text, at('ASK { sluis:Ac|')?.text, at('ASK { ?s sluis:x Mal|')?.text], ['?ac', 'sluis:Ac', 'Mal']);
  assert.equal(at('ASK { id:actor\\/mi|')?.text, 'id:actor\\/mi');
  assert.equal(at('ASK { ?s |')?.text, '');
});

test('nothing is offered in a text or a comment', () => {
  assert.equal(at('ASK { ?s ?p "Mal|"'), null);
  assert.equal(at('ASK { # Mal|'), null);
  assert.notEqual(at('ASK { <http://example.org/x#a> Mal|'), null);
});

test('the class of the subject, wherever the query says it', () => {
  assert.equal(at('ASK { ?s a sluis:Goal ; |')?.subjectClass, 'sluis:Goal');
  assert.equal(at('ASK { ?s a sluis:Goal . ?t a sluis:Actor . ?s |')?.subjectClass, 'sluis:Goal');
  assert.equal(at('ASK { ?s | . ?s skos:prefLabel ?l ; a <urn:c> }')?.subjectClass, '<urn:c>');
  assert.equal(at('ASK { ?s |')?.subjectClass, null);
});

test('variables, the most used first, without the one at the cursor', () => {
  assert.deepEqual(variables('SELECT ?a { ?b ?c ?a . ?x ?c ?a }', 7), ['?a', '?c', '?b', '?x']);
  assert.deepEqual(variables('ASK { ?lone }', 6), []);
});
