/** The page's state is the fragment of its address: `#/network?actor=…`. A browser never sends it to a server. */

export interface Place {
  readonly path: string;
  readonly params: URLSearchParams;
}

/** Dispatched on `window` when the place is another, however that came. */
export const MOVED = 'sluis-moved';

/** The place that a fragment names. */
export function placeOf(fragment: string): Place {
  const [path = '', query = ''] = fragment.replace(/^#\/?/, '').split(/\?(.*)/s);
  return { path, params: new URLSearchParams(query) };
}

export function here(): Place {
  return placeOf(location.hash);
}

/** The address of a place, for a link. */
export function addressOf(path: string, params: Readonly<Record<string, string | undefined>> | URLSearchParams = {}): string {
  const given = params instanceof URLSearchParams ? [...params] : Object.entries(params);
  const kept = given.filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '');
  const query = new URLSearchParams(kept).toString();
  return `#/${path}${query ? `?${query}` : ''}`;
}

export function go(path: string, params: Readonly<Record<string, string | undefined>> | URLSearchParams = {}): void {
  location.hash = addressOf(path, params);
}

/** Change the state of the room that is open, without a new entry in the history unless `enter`. */
export function setParams(changes: Readonly<Record<string, string | null | undefined>>, { enter = false } = {}): void {
  const { path, params } = here();
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === '') params.delete(name);
    else params.set(name, value);
  }
  const address = addressOf(path, params);
  if (address === location.hash) return;
  if (enter) history.pushState(null, '', address);
  else history.replaceState(null, '', address);
  window.dispatchEvent(new Event(MOVED));
}
