/**
 * Who sits here, for this tab and no longer: the token, the page's language, and the lower level they look as.
 *
 * SECURITY: nothing is kept in localStorage, cookies or databases. sessionStorage ends with the tab, and `signOut`
 * empties it.
 */

export type Language = 'nl' | 'en';
export type Theme = 'auto' | 'light' | 'dark';

/** A marking of a bare level, with the colours in which its policy shows it. */
export interface LevelShown {
  readonly policy: string;
  readonly marking: string;
  readonly iri: string;
  readonly order: number;
  readonly colour: string;
  readonly ink: string;
}

/** What `/api/me` says of the asker: nothing that depends on more than their own view. */
export interface Me {
  readonly name: string;
  readonly registered: boolean;
  readonly clearance: readonly string[];
  readonly until: string | null;
  readonly banner: string;
  readonly levels: readonly LevelShown[];
  readonly may: readonly string[];
}

const TOKEN = 'token';
const LANGUAGE = 'language';
const LOOKING_AS = 'looking-as';
const THEME = 'theme';

function store(): Storage | null {
  return typeof sessionStorage === 'undefined' ? null : sessionStorage; // none in the tests that need no browser
}

/** `change` is dispatched when who asks, as what, or the language is another: whatever is on screen is then asked anew. */
export class Session extends EventTarget {
  me: Me | null = null;

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

  /** The headers of every request. */
  get headers(): Record<string, string> {
    return this.token ? { Authorization: `Bearer ${this.token}` } : {};
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
    this.me = null;
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
