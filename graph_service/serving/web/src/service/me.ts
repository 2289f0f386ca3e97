/** Who asks, as the service knows them: `/api/me`. Asked when the page opens and whenever the token is another. */

import { json } from './api.js';
import { Problem } from './problem.js';
import { session, type BannerShown, type Me } from './session.js';

/** What the service says of whoever has this token; refused with a `Problem` for one that it does not know. */
export async function meOf(token: string): Promise<Me> {
  return (await json<Me>('api/me', {}, { token })).data;
}

/** The banner of what one would see at a lower clearance. Refused for one that is not the asker's to look as. */
export async function bannerAt(clearance: string): Promise<BannerShown> {
  return (await json<Me>('api/me', { clearance })).data.banner;
}

let asked = 0;

/** Ask who sits here, and tell the session. A later call counts instead of an earlier one that is still under way. */
export async function know(): Promise<void> {
  const turn = (asked += 1);
  const token = session.token;
  try {
    const me = await meOf(token);
    const view = session.lookingAs ? await bannerAt(session.lookingAs) : me.banner;
    if (turn === asked) session.know(me, view);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (turn === asked) session.unknown(error);
  }
}

/** The levels that a person holds, the highest of each policy, as markings. */
export function highest(me: Me): readonly string[] {
  return me.clearance.flatMap((held) => held.levels.at(-1)?.marking ?? []);
}

/** A clearance as one line: the highest level of each policy, with what is held besides. */
export function clearanceText(me: Me): string {
  return me.clearance
    .map((held) => [held.levels.at(-1)?.marking ?? '', ...held.compartments.map((one) => one.name)].filter(Boolean).join(', '))
    .join('; ');
}
