/** What each finding or causal link rests on, out of the rows of `evidence-of-claims`. Pure; no browser is needed. */

import { plain } from '../../parts/table/rows.js';
import { text, value, type Row } from '../../service/terms.js';

export interface Named {
  readonly iri: string;
  readonly label: string;
}

export interface Source extends Named {
  readonly markings: readonly string[];
  readonly classified: boolean;
}

/** A line of evidence for or against a claim. */
export interface Line extends Named {
  readonly against: boolean;
  /** The broad types that it counts under, and the types that are stated. */
  readonly broad: readonly Named[];
  readonly types: readonly string[];
  readonly sources: readonly Source[];
}

export interface Claim extends Named {
  readonly kind: string;
  readonly lines: readonly Line[];
}

interface Building {
  readonly claim: Named & { readonly kind: string };
  readonly lines: Map<string, { line: Named & { against: boolean }; broad: Map<string, Named>; types: Set<string>; sources: Map<string, { source: Named; markings: Set<string>; classified: boolean }> }>;
}

/** Each claim once, each line of it once, and there each type and source once, whatever the rows repeat. */
export function claimsOf(rows: readonly Row[]): readonly Claim[] {
  const claims = new Map<string, Building>();
  for (const row of rows) {
    const iri = value(row['claim']);
    let claim = claims.get(iri);
    if (!claim) claims.set(iri, (claim = { claim: { iri, label: text(row['claimLabel']), kind: text(row['kind']) }, lines: new Map() }));
    if (row['line']) readLine(claim.lines, row);
  }
  return [...claims.values()].map(({ claim, lines }) => ({
    ...claim,
    lines: [...lines.values()].map(({ line, broad, types, sources }) => ({
      ...line,
      broad: [...broad.values()],
      types: [...types],
      sources: [...sources.values()].map(({ source, markings, classified }) => ({ ...source, markings: [...markings], classified })),
    })),
  }));
}

function readLine(lines: Building['lines'], row: Row): void {
  const against = text(row['stance']) === 'against';
  const key = `${value(row['line'])} ${against}`;
  const found = lines.get(key) ?? { line: { iri: value(row['line']), label: text(row['lineLabel']), against }, broad: new Map(), types: new Set(), sources: new Map() };
  lines.set(key, found);
  if (row['broadType']) found.broad.set(value(row['broadType']), { iri: value(row['broadType']), label: text(row['broadTypeLabel']) });
  if (row['typeLabel']) found.types.add(text(row['typeLabel']));
  if (!row['source']) return;
  const iri = value(row['source']);
  const source = found.sources.get(iri) ?? { source: { iri, label: text(row['sourceLabel']) }, markings: new Set<string>(), classified: false };
  found.sources.set(iri, source);
  if (row['marking']) source.markings.add(text(row['marking']));
  if (Number(text(row['order'])) > 0) source.classified = true;
}

export interface Strength {
  /** Broad types of source among the lines for it. */
  readonly types: number;
  readonly lines: number;
  readonly against: number;
  /** Whether there are sources for it and each is classified. */
  readonly classifiedOnly: boolean;
}

export function strengthOf(claim: Claim): Strength {
  const lines = claim.lines.filter(({ against }) => !against);
  const sources = lines.flatMap((line) => line.sources);
  return {
    types: new Set(lines.flatMap((line) => line.broad.map(({ iri }) => iri))).size,
    lines: lines.length,
    against: claim.lines.length - lines.length,
    classifiedOnly: sources.length > 0 && sources.every(({ classified }) => classified),
  };
}

/** The weakest first: fewest types, then fewest lines for and most against, then the name. What has no line is apart. */
export function byWeakness(claims: readonly Claim[]): readonly Claim[] {
  const strengths = new Map(claims.map((claim) => [claim, strengthOf(claim)]));
  return claims.toSorted((one, other) => {
    const [a, b] = [strengths.get(one)!, strengths.get(other)!];
    return a.types - b.types || a.lines - b.lines || b.against - a.against || one.label.localeCompare(other.label);
  });
}

/** The broad types of all claims, the most used first: the columns, the same for every claim. */
export function typesOf(claims: readonly Claim[]): readonly Named[] {
  const found = new Map<string, { type: Named; n: number }>();
  for (const claim of claims) {
    for (const type of claim.lines.flatMap((line) => line.broad)) {
      const known = found.get(type.iri) ?? { type, n: 0 };
      found.set(type.iri, { type, n: known.n + 1 });
    }
  }
  return [...found.values()].sort((a, b) => b.n - a.n || a.type.label.localeCompare(b.type.label)).map(({ type }) => type);
}

/** The claims in whose name, lines or sources every word stands. */
export function holding(claims: readonly Claim[], search: string): readonly Claim[] {
  const words = plain(search).split(/\s+/).filter(Boolean);
  return claims.filter((claim) => {
    const said = plain([claim.label, ...claim.lines.flatMap((line) => [line.label, ...line.types, ...line.sources.map(({ label }) => label)])].join('\n'));
    return words.every((word) => said.includes(word));
  });
}

/** By finding, the degrees of confidence that are stated. */
export function confidences(rows: readonly Row[]): ReadonlyMap<string, string> {
  const found = new Map<string, string[]>();
  for (const row of rows) {
    const said = text(row['confidence']);
    if (said) found.set(value(row['finding']), [...(found.get(value(row['finding'])) ?? []), said]);
  }
  return new Map([...found].map(([iri, said]) => [iri, [...new Set(said)].join('; ')]));
}

/** The findings that rest on interviews of so few respondents that one might be recognised. */
export function traceable(rows: readonly Row[]): ReadonlySet<string> {
  return new Set(rows.filter((row) => text(row['traceable']) === 'true').map((row) => value(row['finding'])));
}
