/** The colours of a marking, as far as the levels tell that the asker holds. */

import type { LevelShown } from '../service/session.js';

export interface Colours {
  readonly colour: string;
  readonly ink: string;
}

const BETWEEN_POLICIES = ' + ';
const BETWEEN_ROWS = ' | ';

/**
 * The colours of the level that a marking begins with, the highest of its parts; null where no level fits.
 *
 * A marking may print the level in another way than the bare level does. Then it has no colours here; `/api/banner` knows.
 */
export function coloursIn(levels: readonly LevelShown[], marking: string): Colours | null {
  const parts = marking.split(BETWEEN_ROWS).flatMap((text) => text.split(BETWEEN_POLICIES));
  const found = parts.flatMap((part) => levelOf(levels, part) ?? []);
  return found.reduce<LevelShown | null>((high, level) => (high && high.order >= level.order ? high : level), null);
}

function levelOf(levels: readonly LevelShown[], part: string): LevelShown | null {
  const fitting = levels.filter(({ marking }) => part === marking || (part.startsWith(marking) && /^[^\p{L}\p{N}]/u.test(part.slice(marking.length))));
  return fitting.reduce<LevelShown | null>((long, level) => (long && long.marking.length >= level.marking.length ? long : level), null);
}
