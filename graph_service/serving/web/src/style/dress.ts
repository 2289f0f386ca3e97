/** The page's colours: light or dark, as the person chose or as the system has it. */

import { session } from '../service/session.js';

const system = matchMedia('(prefers-color-scheme: dark)');

/** Dispatched on `window` when the colours are others: what was drawn with them is drawn anew. */
export const DRESSED = 'sluis-dressed';

/** Dress the page, now and whenever the choice or the system changes. */
export function dress(): void {
  const dark = session.theme === 'auto' ? system.matches : session.theme === 'dark';
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
  window.dispatchEvent(new Event(DRESSED));
}

session.addEventListener('theme', dress);
system.addEventListener('change', dress);
