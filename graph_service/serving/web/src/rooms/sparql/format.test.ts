import assert from 'node:assert/strict';
import { test } from 'node:test';
import { format } from './format.js';
import { formOf, significant, tokens } from './tokens.js';

const QUERIES = [
  'SELECT ?s{?s ?p ?o}',
  "PREFIX ex: <http://example.org/> SELECT DISTINCT ?a (COUNT(*) AS ?n) WHERE { ?a a sluis:Actor ; skos:prefLabel ?l , 'x'@nl . OPTIONAL { ?a ex:b ?c } FILTER(?n > 3 && !BOUND(?c)) } GROUP BY ?a HAVING(COUNT(*)>1) ORDER BY DESC(?n) LIMIT 5",
  '# first\nASK { # why\n  ?s ?p "a # b" .\n\n  # last\n}',
  'CONSTRUCT { ?s ?p ?o } WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o . ?o ?q ?r } } }',
  "SELECT * { ?s sluis:a/sluis:b*|^sluis:c+ ?o ; !rdf:type '1'^^xsd:integer VALUES (?x ?y) { (1 UNDEF) (<urn:x> 'b') } }",
  'SELECT * { << ?s ?p ?o >> ?q <<( ?a ?b ?c )>> . ?s ?p ?o {| ?r ?t |} }',
  'SELECT ?x { { SELECT ?x (MAX(?y) AS ?m) { ?x ?p ?y } GROUP BY ?x } FILTER NOT EXISTS { ?x ?q ?m } MINUS { ?x a ?t } }',
  "SELECT * { ?s ?p '''long\n  text''' } # end",
  'SELECT * { ?s ?p "unfinished }',
  'SELECT (?a + -1 * ?b AS ?c) (IF(?a < ?b, ?a, ?b) AS ?d) { BIND(STRLEN(?x)-1 AS ?a) ?s id:actor\\/x [ ?p ( 1 2 ) ] }',
];

test('no token is changed, lost or moved', () => {
  for (const query of QUERIES) {
    const shape = (text: string): string[] => tokens(text).filter(({ kind }) => kind !== 'space').map(({ text }) => text);
    assert.deepEqual(shape(format(query)), shape(query), query);
  }
});

test('what is set out stays as it is', () => {
  for (const query of QUERIES) assert.equal(format(format(query)), format(query));
});

test('a pattern a line, blocks indented, what belongs to one subject under it', () => {
  assert.equal(
    format(QUERIES[1]!),
    `PREFIX ex: <http://example.org/>
SELECT DISTINCT ?a (COUNT(*) AS ?n) WHERE {
  ?a a sluis:Actor ;
    skos:prefLabel ?l, 'x'@nl .
  OPTIONAL { ?a ex:b ?c }
  FILTER(?n > 3 && !BOUND(?c))
}
GROUP BY ?a
HAVING (COUNT(*) > 1)
ORDER BY DESC(?n)
LIMIT 5
`,
  );
  assert.equal(format(QUERIES[2]!), '# first\nASK {\n  # why\n  ?s ?p "a # b" .\n\n  # last\n}\n');
});

test('the tokens are the whole text', () => {
  for (const query of [...QUERIES, '§ ? \\ <a b> 1. ex:a.', "'''"]) assert.equal(tokens(query).map(({ text }) => text).join(''), query);
});

test('a name ends before the full stop, a number too', () => {
  assert.deepEqual(significant('ex:a.b. 1. ?x.').map(({ text }) => text), ['ex:a.b', '.', '1', '.', '?x', '.']);
  assert.deepEqual(significant('?a<1||?b>2').map(({ text }) => text), ['?a', '<', '1', '||', '?b', '>', '2']);
});

test('the form is the first word that names one', () => {
  assert.equal(formOf('# SELECT\nPREFIX ask: <urn:x> construct { }'), 'CONSTRUCT');
  assert.equal(formOf('"SELECT"'), null);
});
