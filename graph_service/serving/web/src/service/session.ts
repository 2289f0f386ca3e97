/**
 * Who sits here, for this tab and no longer: the token, the page's language, and the lower level they look as.
 *
 * SECURITY: nothing is kept in localStorage, cookies or databases. sessionStorage ends with the tab, and `signOut`
 * empties it.
 */

import type { Problem } from './problem.js';

export type Language = 'nl' | 'en';
export type Theme = 'auto' | 'light' | 'dark';

/** A marking of a bare level, with the colours in which its policy shows it. */
export interface LevelShown {
  readonly policy: string;
  readonly marking: string;
  readonly iri: string;
  readonly order: number;
  readonly titles: Titles;
  readonly colour: string;
  readonly ink: string;
}

/** Names by language; a policy need not have any. */
export type Titles = Readonly<Partial<Record<Language, string>>>;

/** A marking as it is shown: whole, and for each policy, in colours that can be read. */
export interface BannerShown {
  readonly marking: string;
  readonly colour: string;
  readonly ink: string;
  readonly classified: boolean;
  readonly parts: readonly { readonly policy: string; readonly marking: string; readonly order: number; readonly colour: string; readonly ink: string }[];
}

/** A compartment or an affiliation that somebody holds. */
export interface CategoryHeld {
  readonly tag: string;
  readonly name: string;
  readonly titles: Titles;
}

/** What somebody holds under one policy; levels from low to high. */
export interface Held {
  readonly policy: string;
  readonly titles: Titles;
  readonly levels: readonly LevelShown[];
  readonly compartments: readonly CategoryHeld[];
  readonly affiliation: readonly CategoryHeld[];
}

/** What `/api/me` says of the asker: nothing that depends on more than their own view. docs/http.md describes it. */
export interface Me {
  /** Null for the anonymous reader. */
  readonly name: string | null;
  readonly clearance: readonly Held[];
  readonly validity: { readonly from: string | null; readonly until: string | null; readonly days_left: number | null };
  readonly banner: BannerShown;
  /** Every bare level that may be asked at, from low to high in its policy. */
  readonly levels: readonly LevelShown[];
  readonly may: Readonly<Record<string, boolean>>;
  /** The originator (an IRI) in whose name they decide on labels. */
  readonly acts_for: string | null;
}

const TOKEN = 'token';
const LANGUAGE = 'language';
const LOOKING_AS = 'looking-as';
const THEME = 'theme';

function store(): Storage | null {
  return typeof sessionStorage === 'undefined' ? null : sessionStorage; // none in the tests that need no browser
}

/**
 * `change` is dispatched when who asks, as what, or the language is another: whatever is on screen is then asked anew.
 * `known` is dispatched when it is known, or known not to be, who asks.
 */
export class Session extends EventTarget {
  me: Me | null = null;
  /** The banner of all that can be seen now: at the own clearance, or at the one looked as. */
  view: BannerShown | null = null;
  /** Why it is not known who asks. */
  refusal: Problem | null = null;

  get token(): string {
    return store()?.getItem(TOKEN) ?? '';
  }

  /** The clearance asked at, lower than the own one; empty for the own one. */
  get lookingAs(): string {
    return store()?.getItem(LOOKING_AS) ?? '';
  }

  get language(): Language {
    const kept = store()?.getItem(LANGUAGE);
    if (kept === 'nl' || kept === 'en') return kept;
    return typeof navigator !== 'undefined' && navigator.language.toLowerCase().startsWith('nl') ? 'nl' : 'en';
  }

  get theme(): Theme {
    const kept = store()?.getItem(THEME);
    return kept === 'light' || kept === 'dark' ? kept : 'auto';
  }

  know(me: Me, view: BannerShown): void {
    [this.me, this.view, this.refusal] = [me, view, null];
    this.dispatchEvent(new Event('known'));
  }

  unknown(refusal: Problem): void {
    [this.me, this.view, this.refusal] = [null, null, refusal];
    this.dispatchEvent(new Event('known'));
  }

  signIn(token: string): void {
    this.clear();
    store()?.setItem(TOKEN, token);
    this.changed();
  }

  signOut(): void {
    this.clear();
    this.changed();
  }

  lookAs(marking: string): void {
    this.keep(LOOKING_AS, marking);
    this.view = null;
    this.changed();
  }

  speak(language: Language): void {
    this.keep(LANGUAGE, language);
    this.changed();
  }

  show(theme: Theme): void {
    this.keep(THEME, theme);
    this.dispatchEvent(new Event('theme'));
  }

  /** Everything that was kept goes, but for how the page looks and speaks. */
  private clear(): void {
    const { language, theme } = this;
    store()?.clear();
    [this.me, this.view, this.refusal] = [null, null, null];
    this.keep(LANGUAGE, language);
    this.keep(THEME, theme);
  }

  private keep(key: string, value: string): void {
    if (value) store()?.setItem(key, value);
    else store()?.removeItem(key);
  }

  private changed(): void {
    this.dispatchEvent(new Event('change'));
  }
}

export const session = new Session();
