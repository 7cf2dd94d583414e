import pRetry, { AbortError } from 'p-retry';
import { withoutCredentials } from './credentials.ts';
import type { Digest } from './digest.ts';
import { UserError } from './errors.ts';
import { type Key, MAX_BYTES, type Remote, type Shelf, TooLarge, Unreachable } from './remote.ts';

/** Sends a request, with what proves who sends it. */
export type Send = (url: string, init: RequestInit) => Promise<Response>;

/** The text at a URL; undefined if there is none, or if the server answers with one of some statuses. */
export type TextAt = (url: string, absent?: ReadonlySet<number>) => Promise<string | undefined>;

/** A web server as a place of bytes, and how to ask it. */
export interface Server {
  /** The URL below which the keys are, without credentials. */
  readonly url: string;
  readonly send: Send;
  /** Ends all requests. */
  readonly signal: AbortSignal;
  /** How long a server may say nothing, in seconds. */
  readonly seconds: number;
  /** The names that a shelf has; undefined if the server can't tell. */
  list(shelf: Shelf, textAt: TextAt): Promise<ReadonlySet<Digest> | undefined>;
}

/** A request is ended after so many times the seconds for which its server may say nothing. */
const LONGEST = 20;

const NOT_THERE = new Set([404, 410]);

/** Whether a refusal may pass: a request that took too long, too many at once, or trouble of the server's own. */
const mayPass = (status: number) => status === 408 || status === 429 || status >= 500;

/** Waits of about 0.1, 0.3, 0.9 and 2.7 seconds before the next attempt. */
const RETRIES = { retries: 4, minTimeout: 100, factor: 3, randomize: true };

/** A shared store behind HTTP: `GET` reads; `PUT` and `DELETE`, where the server takes them, write. */
export class HttpRemote implements Remote {
  readonly name: string;
  readonly #server: Server;

  constructor(server: Server) {
    this.name = server.url;
    this.#server = server;
  }

  get(key: Key, most: number): Promise<Uint8Array | undefined> {
    return this.#request('GET', this.#urlOf(key), (response, heard) => bodyOf(response, most, heard));
  }

  async put(key: Key, contents: Uint8Array): Promise<void> {
    const url = this.#urlOf(key);
    const taken = await this.#request('PUT', url, drained, { body: contents });
    if (taken === undefined) throw new UserError(`${url} can't be written: there is no such place`);
  }

  list(shelf: Shelf): Promise<ReadonlySet<Digest> | undefined> {
    const read = async (response: Response, heard: () => void) =>
      Buffer.from(await bodyOf(response, MAX_BYTES, heard)).toString();
    return this.#server.list(shelf, (url, absent) => this.#request('GET', url, read, { absent }));
  }

  async modifiedAt(key: Key): Promise<Date | undefined> {
    const read = async ({ headers }: Response) => new Date(headers.get('last-modified') ?? Date.now());
    return this.#request('HEAD', this.#urlOf(key), read);
  }

  async remove(key: Key): Promise<void> {
    await this.#request('DELETE', this.#urlOf(key), drained);
  }

  /** There are none: a server shows nothing of what it has not received to its end. */
  async removeParts(): Promise<void> {}

  #urlOf(key: Key): string {
    return `${this.#server.url}/${key}`;
  }

  /**
   * What is read from the answer to a request; undefined if there is nothing at the URL. What may pass is tried again.
   * @param absent The statuses that say that there is nothing.
   * @throws {Unreachable} if there is no answer, or none but that it can't be given.
   * @throws {UserError} if it is refused, or breaks off.
   */
  async #request<Result>(
    method: string,
    url: string,
    read: (response: Response, heard: () => void) => Promise<Result>,
    {
      body,
      absent = NOT_THERE,
    }: { readonly body?: Uint8Array; readonly absent?: ReadonlySet<number> | undefined } = {},
  ): Promise<Result | undefined> {
    const { send, signal, seconds } = this.#server;
    const what = `${method} ${url}`;
    const content = body === undefined ? {} : { body: Buffer.from(body.buffer, body.byteOffset, body.byteLength) };
    // A page to log in at takes anything, and keeps nothing.
    const redirect = method === 'GET' || method === 'HEAD' ? 'follow' : 'manual';
    let answered = false;
    const attempt = async (ending: AbortSignal, heard: () => void) => {
      answered = false;
      const response = await send(url, { method, redirect, signal: ending, ...content });
      heard();
      const { ok, status } = response;
      answered = !mayPass(status);
      if (ok) return await read(response, heard);
      await response.body?.cancel();
      if (absent.has(status)) return undefined;
      const refused = `${what} is refused with status ${status}`;
      if (mayPass(status)) throw new Unreachable(refused);
      throw new AbortError(new UserError(`${refused}${reasonOf(response)}`));
    };
    try {
      return await pRetry(() => within(seconds, signal, what, attempt), { ...RETRIES, signal });
    } catch (error) {
      if (error instanceof UserError && !(answered && error instanceof Unreachable)) throw error;
      if (answered) throw new UserError(`the answer to ${what} breaks off: ${causeOf(error)}`);
      throw new Unreachable(`${this.name} can't be reached: ${causeOf(error)}`);
    }
  }
}

/** Why a request is refused, to follow that it is; empty if the answer does not tell. */
function reasonOf({ status, headers }: Response): string {
  if (status === 401 || status === 403) return ': its credentials are missing or wrong';
  const place = headers.get('location');
  return place === null ? '' : `: the server sends it on to ${withoutCredentials(place).replace(/[?#].*/, '')}`;
}

/** Does some work that is ended by a signal, when nothing is heard for some seconds, or when it takes far longer. */
async function within<Result>(
  seconds: number,
  signal: AbortSignal,
  what: string,
  work: (ending: AbortSignal, heard: () => void) => Promise<Result>,
): Promise<Result> {
  // Not AbortSignal.any and AbortSignal.timeout: Node 20 forgets a timeout that nothing else holds.
  const ending = new AbortController();
  const end = () => ending.abort();
  const silence = setTimeout(end, 1000 * seconds);
  const longest = setTimeout(end, 1000 * seconds * LONGEST);
  signal.addEventListener('abort', end);
  try {
    return await work(ending.signal, () => silence.refresh());
  } catch (error) {
    if (!ending.signal.aborted) throw error;
    throw new AbortError(new Unreachable(`${what} has not ended in time`));
  } finally {
    clearTimeout(silence);
    clearTimeout(longest);
    signal.removeEventListener('abort', end);
  }
}

/** What was behind an error, as far as it says. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? causeOf(error.cause) : error.message;
}

async function drained(response: Response): Promise<true> {
  await response.body?.cancel();
  return true;
}

/** The body of a response, unless it is too large. */
async function bodyOf(response: Response, most: number, heard: () => void): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    heard();
    bytes += chunk.length;
    if (bytes > most) throw new AbortError(new TooLarge(`it does not end after ${most} bytes`));
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
