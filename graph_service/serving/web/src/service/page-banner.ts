/**
 * The banner of the page: the join of the banners of the answers on screen.
 *
 * INVARIANT: never lower than any of them. While the join is not known, it is the banner of the asker's whole view,
 * which is above every answer of theirs.
 */

import { json } from './api.js';
import { session, type BannerShown } from './session.js';

/** Gives the join of markings, in their colours. */
export type Join = (markings: readonly string[]) => Promise<BannerShown>;

/** `change` is dispatched when the banner is another. */
export class PageBanner extends EventTarget {
  private readonly onScreen = new Map<object, string>();
  private readonly joins = new Map<string, BannerShown>();
  private readonly asked = new Set<string>();
  /** Who still shows what the asker before was told: it is never asked about as somebody else. */
  private readonly before = new Set<object>();

  constructor(private readonly join: Join = joined) {
    super();
    // Another asker has another view, and what is theirs to ask for is not the other's.
    session.addEventListener('known', () => this.renew());
    session.addEventListener('change', () => this.forget());
  }

  /** The marking of all that is on screen; empty before it is known who asks. */
  get marking(): string {
    const banners = this.banners;
    if (banners.length === 1 && banners[0]) return banners[0];
    return this.shown?.marking ?? '';
  }

  /** The same with its colours; null where these are not known (yet). */
  get shown(): BannerShown | null {
    const banners = this.banners;
    if (banners.length === 0) return session.view ?? session.me?.banner ?? null;
    return this.joins.get(keyOf(banners)) ?? this.bound(banners);
  }

  /** What is shown while the join is not known. One banner alone is its own text, whose colours are not known yet. */
  private bound(banners: readonly string[]): BannerShown | null {
    const own = session.me?.banner ?? null;
    return banners.length > 1 || !banners[0] || own?.marking === banners[0] ? own : null;
  }

  /** Whoever shows an answer now. */
  get owners(): readonly object[] {
    return [...this.onScreen.keys()];
  }

  /** An answer with this banner is on screen from now on, shown by `owner`. */
  show(owner: object, banner: string): void {
    const before = this.onScreen.get(owner);
    this.onScreen.set(owner, banner);
    const isAnew = this.before.delete(owner); // the same marking, told to the asker of now
    if (isAnew || before !== banner) this.renew();
    else this.changed();
  }

  /** What `owner` showed is off the screen. */
  remove(owner: object): void {
    this.before.delete(owner);
    if (this.onScreen.delete(owner)) this.renew();
  }

  private get banners(): readonly string[] {
    return [...new Set(this.onScreen.values())].sort();
  }

  private renew(): void {
    this.changed();
    const banners = this.banners;
    const key = keyOf(banners);
    if (this.before.size > 0) return;
    if (banners.length === 0 || banners.includes('') || this.joins.has(key) || this.asked.has(key)) return;
    this.asked.add(key);
    const { joins } = this;
    const { token } = session;
    this.join(banners).then(
      (found) => {
        if (session.token !== token) return;
        joins.set(key, found);
        this.changed();
      },
      () => this.asked.delete(key), // the view's own banner stays, which is above all of them
    );
  }

  private forget(): void {
    this.joins.clear();
    this.asked.clear();
    for (const owner of this.onScreen.keys()) this.before.add(owner);
  }

  private changed(): void {
    this.dispatchEvent(new Event('change'));
  }
}

function keyOf(banners: readonly string[]): string {
  return JSON.stringify(banners);
}

async function joined(markings: readonly string[]): Promise<BannerShown> {
  const of = new URLSearchParams(markings.map((marking) => ['of', marking]));
  return (await json<BannerShown>(`api/banner?${of.toString()}`)).data;
}

export const pageBanner = new PageBanner();
