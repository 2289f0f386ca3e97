/** Asking again, at the own clearance, what was asked at a lower one, and what differs. */

import { again, graphAgain, type Answer, type Answered, type Options } from '../service/api.js';
import { difference, type Difference, type Rows } from '../service/difference.js';
import type { Row } from '../service/terms.js';

/** The own answer beside the lower one. Its banner is that of the own answer, which dominates the other. */
export interface Compared extends Answered {
  readonly vars: readonly string[];
  readonly difference: Difference;
  /** Of ASK: the own answer and the lower one, where they differ. */
  readonly turned: readonly [boolean, boolean] | null;
}

/** Whether the rows of an answer can be had with markings. */
export function canBeMarked(answer: Answered): answer is Answer {
  return 'rows' in answer;
}

/** Compares an answer on screen with what the own clearance gives. */
export async function compared(shown: Answered, options: Options): Promise<Compared> {
  if (canBeMarked(shown)) {
    const own = await again(shown.request, { ...options, as: '' });
    const turned = own.boolean !== null && shown.boolean !== null && own.boolean !== shown.boolean;
    return { ...own, difference: difference(own, shown), turned: turned ? [own.boolean, shown.boolean] : null };
  }
  // A graph on screen may be in any form: both are asked in the one that can be compared, a statement a line.
  const { marks: _, ...rest } = options;
  const own = await graphAgain(shown.request, { ...rest, as: '' });
  const lower = await graphAgain(shown.request, rest);
  return { ...own, vars: ['statement'], difference: difference(statements(own.text), statements(lower.text)), turned: null };
}

/** N-Triples as rows of one column. The names of blank nodes are no part of a statement. */
function statements(text: string): Rows {
  const lines = text.split('\n').filter(Boolean).map((line) => line.replaceAll(/(^|\s)_:\S+/g, '$1_:'));
  return { vars: ['statement'], rows: lines.map((value): Row => ({ statement: { type: 'literal', value } })) };
}
