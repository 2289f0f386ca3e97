/** The way to the service: its guarded interface and nothing else. docs/http.md describes each route. */

import { Problem } from './problem.js';
import { session } from './session.js';
import type { Row } from './terms.js';
import { Turns } from './turns.js';

export interface Options {
  readonly signal?: AbortSignal | undefined;
  /** Each row with its marking, in the variable `_marking`. It takes longer: ask for it after the answer itself. */
  readonly marks?: boolean;
  /** Ask as this lower clearance; by default as the session looks. `''` is the own clearance. */
  readonly as?: string;
  /** Ask as whoever has this token; by default that of the session. `''` is the anonymous reader. */
  readonly token?: string;
  /** Seconds after which the query is to be ended. */
  readonly seconds?: number;
}

/** What every answer says of itself. `banner` is the marking of the whole, never lower than what the rows say. */
export interface Answered {
  readonly banner: string;
  readonly queryId: string;
  readonly milliseconds: number;
  readonly request: Asking;
}

/** What was asked: enough to ask it again with anything that speaks HTTP. */
export interface Asking {
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  /** A SPARQL query, or nothing for a question or a path. */
  readonly query?: string;
}

/** The answer to SELECT, ASK or a question. `boolean` is null for all but ASK. */
export interface Answer extends Answered {
  readonly vars: readonly string[];
  readonly rows: readonly Row[];
  readonly boolean: boolean | null;
}

/** An answer as text: a graph, or rows in a format that was asked for. */
export interface TextAnswer extends Answered {
  readonly text: string;
  readonly media: string;
}

export interface JsonAnswer<T> extends Answered {
  readonly data: T;
}

const RESULTS = 'application/sparql-results+json';
const GRAPHS = 'text/turtle';

/** The answer to a question of the catalogue, with names in the page's language. Parameters that are empty are left out. */
export async function question(name: string, params: Readonly<Record<string, string | undefined>> = {}, options: Options = {}): Promise<Answer> {
  const given = Object.fromEntries(Object.entries(params).filter((entry): entry is [string, string] => Boolean(entry[1])));
  const asking = { path: `queries/${encodeURIComponent(name)}`, params: { lang: session.language, ...given, ...wishes(options) } };
  return rows(await sent(asking, { headers: { Accept: RESULTS } }, options));
}

/** The answer to a SELECT or an ASK. */
export async function select(query: string, options: Options = {}): Promise<Answer> {
  const asking = { path: 'sparql', params: wishes(options), query };
  return rows(await sent(asking, { headers: { Accept: RESULTS } }, options));
}

/** The answer to what was asked before, by the options given now and not by those of then. */
export async function again(asking: Asking, options: Options = {}): Promise<Answer> {
  return rows(await sent(anew(asking, options), { headers: { Accept: RESULTS } }, options));
}

/** The graph that was asked for before, as N-Triples: a statement a line. */
export async function graphAgain(asking: Asking, options: Options = {}): Promise<TextAnswer> {
  return texts(await sent(anew(asking, options), { headers: { Accept: 'application/n-triples' } }, options));
}

/** The answer to any SPARQL query as text; `format` is a name or media type of docs/http.md. */
export async function sparqlText(query: string, format = '', options: Options = {}): Promise<TextAnswer> {
  const params = { ...wishes(options), ...(format ? { format } : {}) };
  const headers = { Accept: `${RESULTS}, ${GRAPHS};q=0.9, */*;q=0.1` };
  return texts(await sent({ path: 'sparql', params, query }, { headers }, options));
}

/** A path of the interface as text, such as `describe` with its `iri`. */
export async function pathText(path: string, params: Readonly<Record<string, string>>, accept: string, options: Options = {}): Promise<TextAnswer> {
  return texts(await sent({ path, params }, { headers: { Accept: accept } }, options));
}

/** A path of the interface that answers JSON, such as `api/me`; with a `query`, that is sent along in a form. */
export async function json<T>(path: string, params: Readonly<Record<string, string>> = {}, options: Options & { readonly method?: string; readonly body?: unknown; readonly query?: string } = {}): Promise<JsonAnswer<T>> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  const init: RequestInit = { headers, method: options.method ?? 'GET' };
  if (options.body !== undefined) {
    headers['Content-Type'] = 'application/json';
    init.body = JSON.stringify(options.body);
  }
  const [response, asking, began] = await sent({ path, params, ...(options.query === undefined ? {} : { query: options.query }) }, init, options);
  const data = response.status === 204 ? undefined : await body(() => response.json());
  return { ...about(response, asking, began), data: data as T };
}

/** The address that gives the same answer, without the token: for a person to copy. */
export function curl(asking: Asking): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
  const parts = ['curl -G', quoted(new URL(asking.path, document.baseURI).href)];
  if (session.token) parts.push('-H "Authorization: Bearer $TOKEN"');
  const given = asking.query === undefined ? asking.params : { ...asking.params, query: asking.query };
  for (const [name, value] of Object.entries(given)) parts.push(`--data-urlencode ${quoted(`${name}=${value}`)}`);
  return parts.join(' \\\n  ');
}

function anew(asking: Asking, options: Options): Asking {
  const { clearance: _clearance, mark: _mark, format: _format, ...params } = asking.params;
  return { ...asking, params: { ...params, ...wishes(options) } };
}

function wishes(options: Options): Record<string, string> {
  const as = options.as ?? session.lookingAs;
  return {
    ...(as ? { clearance: as } : {}),
    ...(options.marks ? { mark: 'rows' } : {}),
    ...(options.seconds ? { timeout: String(options.seconds) } : {}),
  };
}

function bearer(token: string): Record<string, string> {
  return token ? { Authorization: `Bearer ${token}` } : {};
}

// A view has few workers, and whoever waits long for one is refused: what this page asks waits here instead.
const turns = new Turns(3);

type Sent = readonly [Response, Asking, number];

async function sent(asking: Asking, init: RequestInit, options: Options): Promise<Sent> {
  const began = performance.now();
  const address = new URL(asking.path, document.baseURI);
  const form = new URLSearchParams(asking.params);
  const request: RequestInit = { ...init, headers: { ...bearer(options.token ?? session.token), ...init.headers }, cache: 'no-store', credentials: 'omit' };
  if (options.signal) request.signal = options.signal;
  if (asking.query === undefined) {
    for (const [name, value] of form) address.searchParams.append(name, value);
  } else {
    form.set('query', asking.query); // in a form: an address is written down in many places, a body in none
    request.method = 'POST';
    request.body = form;
  }
  let response: Response;
  try {
    const needsWorker = asking.path === 'sparql' || asking.path.startsWith('queries/');
    response = needsWorker ? await turns.take(() => fetch(address, request), options.signal) : await fetch(address, request);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Problem(0, 'no-answer', '', '');
  }
  if (!response.ok) throw Problem.of(response.status, await response.json().catch(() => null));
  return [response, asking, began];
}

/** The body of an answer. One that breaks off is no answer: it ran into a limit, or was ended. */
async function body<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(0, 'broken-off', '', '');
  }
}

function about(response: Response, asking: Asking, began: number): Answered {
  return {
    banner: response.headers.get('Classification') ?? '',
    queryId: response.headers.get('Query-Id') ?? '',
    milliseconds: performance.now() - began,
    request: asking,
  };
}

async function rows([response, asking, began]: Sent): Promise<Answer> {
  interface Results {
    head: { vars?: string[] };
    results?: { bindings: Row[] };
    boolean?: boolean;
  }
  const data = await body(() => response.json() as Promise<Results>);
  const found = { vars: data.head.vars ?? [], rows: data.results?.bindings ?? [], boolean: data.boolean ?? null };
  return { ...found, ...about(response, asking, began) };
}

async function texts([response, asking, began]: Sent): Promise<TextAnswer> {
  const text = await body(() => response.text());
  return { text, media: (response.headers.get('Content-Type') ?? '').replace(/;.*/, ''), ...about(response, asking, began) };
}
