/**
 * The queries of this tab: what was asked, what is being written, and what was kept by name.
 *
 * SECURITY: a query can itself be classified, by the names in it. So it is kept in sessionStorage alone, which ends with
 * the tab and which signing out empties; who wants to keep one longer saves it as a file, under its marking.
 */

const ASKED = 'sparql-asked';
const DRAFT = 'sparql-draft';
const SAVED = 'sparql-saved';
const MOST = 50;

export interface PastQuery {
  readonly query: string;
  /** When, in milliseconds since 1970. */
  readonly at: number;
}

export interface SavedQuery {
  readonly name: string;
  readonly query: string;
}

/** The latest first; one asked again moves to the front. */
export function remember(query: string, at = Date.now()): readonly PastQuery[] {
  const others = asked().filter((past) => past.query !== query);
  return put(ASKED, [{ query, at }, ...others].slice(0, MOST));
}

export function asked(): readonly PastQuery[] {
  return get<PastQuery>(ASKED);
}

export function forget(): readonly PastQuery[] {
  return put<PastQuery>(ASKED, []);
}

/** Kept under its name, in place of one that had it. */
export function keep(name: string, query: string): readonly SavedQuery[] {
  const others = saved().filter((one) => one.name !== name);
  return put(SAVED, [...others, { name, query }].sort((a, b) => a.name.localeCompare(b.name)));
}

export function drop(name: string): readonly SavedQuery[] {
  return put(SAVED, saved().filter((one) => one.name !== name));
}

export function saved(): readonly SavedQuery[] {
  return get<SavedQuery>(SAVED);
}

export function draft(): string {
  return sessionStorage.getItem(DRAFT) ?? '';
}

export function keepDraft(query: string): void {
  sessionStorage.setItem(DRAFT, query);
}

/** The line of a query that says most of it to a person: its first comment, or what it selects. */
export function nameOf(query: string): string {
  const lines = query.split('\n').map((line) => line.trim()).filter(Boolean);
  const comment = lines.find((line) => /^#+\+?\s*\w/.test(line))?.replace(/^#+\+?\s*(?:summary:\s*)?/, '');
  const body = lines.filter((line) => !/^(?:#|PREFIX\b|BASE\b)/i.test(line)).join(' ');
  return (comment ?? body).slice(0, 120);
}

function get<T>(key: string): readonly T[] {
  const found: unknown = JSON.parse(sessionStorage.getItem(key) ?? '[]');
  return Array.isArray(found) ? (found as T[]) : [];
}

function put<T>(key: string, entries: readonly T[]): readonly T[] {
  sessionStorage.setItem(key, JSON.stringify(entries));
  return entries;
}
