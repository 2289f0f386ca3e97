import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Term } from '../service/terms.js';
import { parseRule, patternTerm, reasons, ways, whyQuery, type Pattern } from './rules.js';

const INVERSE = `#+ summary: backwards
PREFIX owl: <http://www.w3.org/2002/07/owl#>

CONSTRUCT { ?o ?back ?s . }
WHERE { ?property owl:inverseOf ?back . ?s ?property ?o . }`;
const MEMBER = `PREFIX ex: <https://example.org/>
CONSTRUCT { ?one ex:takesPartIn ?whole }
WHERE { ?one a ex:Body ; ex:memberOf ?part , ?other . ?part ex:partOf ?whole . }`;
const iri = (name: string): Term => ({ type: 'uri', value: `https://example.org/${name}` });
const text = (name: string): string => `<https://example.org/${name}>`;
const STATEMENT: Pattern = [text('a'), text('takesPartIn'), text('b')];

test('a rule is read with its prefixes and short forms', () => {
  const rule = parseRule('r', MEMBER);
  assert.deepEqual(rule?.conclusions, [['?one', text('takesPartIn'), '?whole']]);
  assert.deepEqual(rule?.premises.map((premise) => premise[2]), [text('Body'), '?part', '?other', '?whole']);
  assert.equal(rule?.premises[0]?.[1], '<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>');
});

test('what is no rule of plain patterns is no rule', () => {
  for (const wrong of ['', 'SELECT * { ?s ?p ?o }', 'CONSTRUCT { ?s no:prefix ?o } WHERE { ?s ?p ?o }', 'CONSTRUCT { ?s ?p } WHERE { ?s ?p ?o }', `${MEMBER} LIMIT 1`, 'CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(?o > 1) }']) {
    assert.equal(parseRule('r', wrong), null, wrong);
  }
});

test('a way has what the statement says put into the premises', () => {
  const rules = [parseRule('r', INVERSE)!, parseRule('m', MEMBER)!];
  const found = ways(STATEMENT, rules);
  assert.deepEqual(found.map((way) => way.rule.iri), ['r', 'm']);
  assert.deepEqual(found[0]?.premises[1], [text('b'), '?property', text('a')]);
  assert.deepEqual(ways([text('a'), text('other'), text('b')], rules).map((way) => way.rule.iri), ['r']);
  assert.match(whyQuery(found), /SELECT \(1 AS \?way\)/);
});

test('a rule never explains a statement by itself, nor by what it is explained for', () => {
  const symmetric = parseRule('s', 'CONSTRUCT { ?a ?p ?b } WHERE { ?a ?p ?b }')!;
  assert.deepEqual(ways(STATEMENT, [symmetric]), []);
  const found = ways(STATEMENT, [parseRule('r', INVERSE)!]);
  const rows = [{ way: { type: 'literal', value: '0' }, stated: { type: 'literal', value: 'true' }, property: iri('hasTaker') }] as const;
  assert.equal(reasons(rows, found, () => false).length, 1);
  assert.deepEqual(reasons(rows, found, () => false)[0]?.premises[1], [iri('b'), iri('hasTaker'), iri('a')]);
  assert.deepEqual(reasons(rows, found, (premise) => premise[1].type === 'uri' && premise[1].value.endsWith('hasTaker')), []);
});

test('reasons that portions state come before those that are concluded too', () => {
  const found = ways(STATEMENT, [parseRule('r', INVERSE)!]);
  const row = (stated: boolean, name: string): Record<string, Term> => ({
    way: { type: 'literal', value: '0' },
    stated: { type: 'literal', value: String(stated) },
    property: iri(name),
  });
  const names = reasons([row(false, 'late'), row(true, 'soon')], found, () => false).map((one) => one.premises[1]?.[1]);
  assert.deepEqual(names, [iri('soon'), iri('late')]);
});

test('a literal is written so that nothing in it can end it', () => {
  assert.equal(patternTerm({ type: 'literal', value: 'a "b" \\ \n} #', 'xml:lang': 'nl' }), String.raw`"a \"b\" \\ \n} #"@nl`);
  assert.equal(patternTerm({ type: 'uri', value: 'https://example.org/> } #' }), null);
  assert.equal(patternTerm({ type: 'bnode', value: 'x' }), null);
});
