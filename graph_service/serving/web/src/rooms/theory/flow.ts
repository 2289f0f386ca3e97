/** One theory of change as steps in columns and arrows between them, from the rows of its two questions. Pure. */

import { text, value, type Row } from '../../service/terms.js';

export interface Level {
  readonly iri: string;
  readonly label: string;
}

export interface Step {
  readonly iri: string;
  readonly label: string;
  /** The place of its level among the columns. */
  readonly column: number;
  readonly attributionExcluded: boolean;
  readonly documents: string;
  readonly marking: string;
}

/** An assumption, or a line of evidence with the source that it comes from. */
export interface Part {
  readonly iri: string;
  readonly label: string;
  readonly sources: readonly { readonly iri: string; readonly label: string }[];
  readonly sourceTypes: string;
  readonly confidence: string;
  readonly documents: string;
  readonly marking: string;
}

export type Strength = 'none' | 'for' | 'against' | 'both';

export interface Arrow {
  readonly iri: string;
  readonly label: string;
  readonly from: string;
  readonly to: string;
  readonly assumptions: readonly Part[];
  readonly for: readonly Part[];
  readonly against: readonly Part[];
  readonly documents: string;
  readonly marking: string;
}

export interface Flow {
  readonly levels: readonly Level[];
  readonly steps: readonly Step[];
  readonly arrows: readonly Arrow[];
}

export interface Theory {
  readonly iri: string;
  readonly label: string;
  readonly of: string;
  readonly steps: number;
}

/** The theories that the steps belong to, those with most steps first. */
export function theoriesOf(rows: readonly Row[]): readonly Theory[] {
  const found = new Map<string, Theory & { readonly seen: Set<string> }>();
  for (const row of rows) {
    const iri = value(row['theory']);
    const theory = found.get(iri) ?? { iri, label: text(row['theoryLabel'] ?? row['theory']), of: text(row['ofLabel']), steps: 0, seen: new Set() };
    theory.seen.add(value(row['step']));
    found.set(iri, { ...theory, steps: theory.seen.size });
  }
  return [...found.values()].sort((a, b) => b.steps - a.steps || a.label.localeCompare(b.label)).map(({ iri, label, of, steps }) => ({ iri, label, of, steps }));
}

/** `without` is what the column is called of steps for which no level is stated. */
export function flowOf(theory: string, stepRows: readonly Row[], arrowRows: readonly Row[], without: string): Flow {
  const own = stepRows.filter((row) => value(row['theory']) === theory);
  const columns = columnsOf(own, without);
  const steps = new Map<string, Step>();
  for (const row of own) {
    const iri = value(row['step']);
    if (steps.has(iri)) continue;
    steps.set(iri, {
      iri,
      label: text(row['text'] ?? row['stepLabel'] ?? row['step']),
      column: columns.findIndex((level) => level.iri === value(row['level'])),
      attributionExcluded: value(row['attributionExcluded']) === 'true',
      documents: text(row['documents']),
      marking: text(row['_marking']),
    });
  }
  const arrows = arrowsOf(arrowRows);
  const levels = [...columns];
  for (const { iri, label } of arrows.flatMap((arrow) => arrow.ends)) {
    if (steps.has(iri)) continue;
    if (levels.at(-1)?.iri !== '') levels.push({ iri: '', label: without });
    steps.set(iri, { iri, label, column: levels.length - 1, attributionExcluded: false, documents: '', marking: '' });
  }
  return { levels, steps: [...steps.values()], arrows: arrows.map(({ ends: _, ...arrow }) => arrow) };
}

function columnsOf(rows: readonly Row[], without: string): readonly Level[] {
  const found = new Map<string, Level & { readonly ordinal: number }>();
  for (const row of rows) {
    const iri = value(row['level']);
    const ordinal = iri && row['ordinal'] ? Number(value(row['ordinal'])) : Infinity;
    found.set(iri, { iri, label: iri ? text(row['levelLabel'] ?? row['level']) : without, ordinal });
  }
  return [...found.values()]
    .sort((a, b) => Number(!a.iri) - Number(!b.iri) || a.ordinal - b.ordinal || a.label.localeCompare(b.label))
    .map(({ iri, label }) => ({ iri, label }));
}

type Ended = Arrow & { readonly ends: readonly { readonly iri: string; readonly label: string }[] };

function arrowsOf(rows: readonly Row[]): readonly Ended[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = [row['arrow'], row['from'], row['to']].map((term) => value(term)).join(' ');
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((found) => {
    const first = found[0]!;
    const own = found.find((row) => value(row['part']) === 'arrow') ?? first;
    const end = (name: 'from' | 'to') => ({ iri: value(first[name]), label: text(first[`${name}Label`] ?? first[name]) });
    return {
      iri: value(first['arrow']),
      label: text(first['arrowLabel'] ?? first['arrow']),
      from: end('from').iri,
      to: end('to').iri,
      ends: [end('from'), end('to')],
      assumptions: partsOf(found, 'assumption'),
      for: partsOf(found, 'for'),
      against: partsOf(found, 'against'),
      documents: text(own['documents']),
      marking: text(own['_marking']),
    };
  });
}

function partsOf(rows: readonly Row[], kind: string): readonly Part[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows.filter((row) => value(row['part']) === kind)) groups.set(value(row['item']), [...(groups.get(value(row['item'])) ?? []), row]);
  return [...groups].map(([iri, found]) => {
    const sources = new Map(found.filter((row) => row['source']).map((row) => [value(row['source']), text(row['sourceLabel'] ?? row['source'])]));
    const row = found[0]!;
    return {
      iri,
      label: text(row['itemLabel'] ?? row['item']),
      sources: [...sources].map(([source, label]) => ({ iri: source, label })),
      sourceTypes: text(row['sourceTypes']),
      confidence: [...new Set(found.map((one) => text(one['confidenceLabel'])).filter(Boolean))].join('; '),
      documents: text(row['documents']),
      marking: text(row['_marking']),
    };
  });
}

export function strengthOf(arrow: Arrow): Strength {
  if (arrow.for.length > 0) return arrow.against.length > 0 ? 'both' : 'for';
  return arrow.against.length > 0 ? 'against' : 'none';
}

/** How wide an arrow is drawn: wider with each line of evidence for it, up to five. */
export function widthOf(arrow: Arrow): number {
  return 1.5 + Math.min(arrow.for.length, 5) * 1.6;
}
