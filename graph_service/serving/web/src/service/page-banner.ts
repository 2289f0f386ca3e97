/**
 * The banner of the page: the join of the banners of the answers on screen.
 *
 * INVARIANT: never lower than any of them. Where the join is not known, it is the banner of the asker's whole view,
 * which is above every answer of theirs.
 */

import { session } from './session.js';

/** `change` is dispatched when the banner is another. */
export class PageBanner extends EventTarget {
  private readonly shown = new Map<object, string>();

  /** The marking of all that is on screen; empty before it is known who asks. */
  get marking(): string {
    const banners = new Set(this.shown.values());
    if (banners.size === 1) return [...banners][0]!;
    return session.me?.banner ?? '';
  }

  /** An answer with this banner is on screen from now on, shown by `owner`. */
  show(owner: object, banner: string): void {
    if (this.shown.get(owner) === banner) return;
    this.shown.set(owner, banner);
    this.dispatchEvent(new Event('change'));
  }

  /** What `owner` showed is off the screen. */
  remove(owner: object): void {
    if (this.shown.delete(owner)) this.dispatchEvent(new Event('change'));
  }
}

export const pageBanner = new PageBanner();
