import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Row } from '../../service/terms.js';
import { byWeakness, claimsOf, confidences, holding, strengthOf, traceable, typesOf } from './model.js';

const THINGS = new Set(['claim', 'line', 'broadType', 'source', 'finding']);

function row(cells: Readonly<Record<string, string>>): Row {
  return Object.fromEntries(Object.entries(cells).map(([name, value]) => [name, { type: THINGS.has(name) ? 'uri' : 'literal', value }])) as Row;
}

function line(claim: string, name: string, type: string, stance: string, source: string, order: string): Row {
  return row({ claim, claimLabel: claim, kind: 'finding', line: name, lineLabel: name, stance, broadType: type, broadTypeLabel: type, source, sourceLabel: source, marking: `level ${order}`, order });
}

const CLAIMS = claimsOf([
  line('strong', 'l1', 'talks', 'for', 's1', '0'),
  line('strong', 'l2', 'papers', 'for', 's2', '3'),
  line('strong', 'l2', 'papers', 'for', 's2', '2'),
  line('weak', 'l3', 'papers', 'for', 's3', '3'),
  line('weak', 'l4', 'talks', 'against', 's1', '0'),
  row({ claim: 'bare', claimLabel: 'bare', kind: 'finding' }),
]);
const named = (claims: readonly { readonly label: string }[]): string[] => claims.map(({ label }) => label);

test('a line that the rows repeat is one, with each marking of its source', () => {
  const strong = CLAIMS[0]!;
  assert.deepEqual(named(strong.lines), ['l1', 'l2']);
  assert.deepEqual(strong.lines[1]!.sources.map(({ markings }) => markings), [['level 3', 'level 2']]);
});

test('only the lines for a claim count as types, and only its sources for it as classified only', () => {
  assert.deepEqual(strengthOf(CLAIMS[0]!), { types: 2, lines: 2, against: 0, classifiedOnly: false });
  assert.deepEqual(strengthOf(CLAIMS[1]!), { types: 1, lines: 1, against: 1, classifiedOnly: true });
  assert.deepEqual(strengthOf(CLAIMS[2]!), { types: 0, lines: 0, against: 0, classifiedOnly: false });
});

test('the weakest claim is the first', () => {
  assert.deepEqual(named(byWeakness(CLAIMS)), ['bare', 'weak', 'strong']);
});

test('the columns are the same for all, the most used type first', () => {
  assert.deepEqual(named(typesOf(CLAIMS)), ['papers', 'talks']);
});

test('a claim is found by its own words and by those of what it rests on', () => {
  assert.deepEqual(named(holding(CLAIMS, 'S3')), ['weak']);
  assert.deepEqual(named(holding(CLAIMS, '')), ['strong', 'weak', 'bare']);
});

test('a finding has all its degrees of confidence, and is traceable where one of its cells is', () => {
  const said = confidences([row({ finding: 'f', confidence: 'low' }), row({ finding: 'f', confidence: 'high' }), row({ finding: 'g' })]);
  assert.deepEqual([...said], [['f', 'low; high']]);
  assert.deepEqual([...traceable([row({ finding: 'f', traceable: 'false' }), row({ finding: 'f', traceable: 'true' }), row({ finding: 'g', traceable: 'false' })])], ['f']);
});
