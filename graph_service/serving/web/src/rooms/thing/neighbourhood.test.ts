import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Row, Term } from '../../service/terms.js';
import { neighbourhood } from './neighbourhood.js';
import type { Said } from './statements.js';

const uri = (value: string): Term => ({ type: 'uri', value });
const text = (value: string): Term => ({ type: 'literal', value });
const said = (property: string, term: Term, broader = false): Said => ({
  property, propertyLabel: property, module: '', moduleLabel: '', term, label: 'x', concluded: false, broader, place: property, markings: [],
});
const pointing = (from: string, property: string, broader = false): Row => ({
  from: uri(from), property: uri(property), propertyLabel: text(property), fromLabel: text(from), broader: text(String(broader)),
});

test('both directions are drawn, and nothing twice', () => {
  const { graph, left } = neighbourhood('urn:me', 'Me', [said('urn:p', uri('urn:a')), said('urn:q', uri('urn:a')), said('urn:p', text('no node'))], [pointing('urn:b', 'urn:p')]);
  assert.deepEqual(graph.nodes.map((node) => node.id), ['urn:me', 'urn:a', 'urn:b']);
  assert.deepEqual(graph.links.map((link) => [link.from, link.to]), [['urn:me', 'urn:a'], ['urn:me', 'urn:a'], ['urn:b', 'urn:me']]);
  assert.equal(left, 0);
});

test('what says the same less exactly is left out, and so is what the thing is', () => {
  const { graph } = neighbourhood('urn:me', 'Me', [said('urn:p', uri('urn:a'), true), said('http://www.w3.org/1999/02/22-rdf-syntax-ns#type', uri('urn:T'))], [pointing('urn:b', 'urn:p', true)]);
  assert.deepEqual(graph.nodes.map((node) => node.id), ['urn:me']);
});

test('a thousand of one kind leave room for the others', () => {
  const many = Array.from({ length: 100 }, (_, n) => pointing(`urn:${n}`, 'urn:p'));
  const { graph, left } = neighbourhood('urn:me', 'Me', [], [...many, pointing('urn:other', 'urn:q')]);
  assert.ok(graph.nodes.some((node) => node.id === 'urn:other'));
  assert.equal(left, 92);
});

test('more than can be told apart are counted and not drawn', () => {
  const many = Array.from({ length: 100 }, (_, n) => pointing(`urn:${n}`, `urn:p${n % 20}`));
  const { graph, left } = neighbourhood('urn:me', 'Me', [], many);
  assert.equal(graph.nodes.length - 1 + left, 100);
  assert.ok(left > 0);
  assert.ok(graph.links.every((link) => graph.nodes.some((node) => node.id === link.from)));
});
