import pRetry, { AbortError } from 'p-retry';
import type { Digest } from './digest.ts';
import { UserError } from './errors.ts';
import { type Key, MAX_BYTES, type Remote, type Shelf, Unreachable } from './remote.ts';

/** Sends a request, with what proves who sends it. */
export type Send = (url: string, init: RequestInit) => Promise<Response>;

/** A web server as a place of bytes, and how to ask it. */
export interface Server {
  /** What the keys are below, without credentials. */
  readonly url: string;
  readonly send: Send;
  /** Ends all requests. */
  readonly signal: AbortSignal;
  /** How long one request may take, in seconds. */
  readonly seconds: number;
  /** The names that a shelf has, by requests for texts; undefined if it can't tell. */
  list(shelf: Shelf, textAt: (url: string) => Promise<string | undefined>): Promise<ReadonlySet<Digest> | undefined>;
}

const NOT_THERE = new Set([404, 410]);

/** What says that it may pass: too many requests at once, or trouble of the server's own. */
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

  get(key: Key): Promise<Uint8Array | undefined> {
    return this.#request('GET', this.#urlOf(key), bodyOf);
  }

  async put(key: Key, contents: Uint8Array): Promise<void> {
    const url = this.#urlOf(key);
    const taken = await this.#request('PUT', url, drained, contents);
    if (taken === undefined) throw new UserError(`${url} can't be written: there is no such place`);
  }

  list(shelf: Shelf): Promise<ReadonlySet<Digest> | undefined> {
    return this.#server.list(shelf, (url) => this.#request('GET', url, textOf));
  }

  async modifiedAt(key: Key): Promise<Date | undefined> {
    return this.#request(
      'HEAD',
      this.#urlOf(key),
      async ({ headers }) => new Date(headers.get('last-modified') ?? Date.now()),
    );
  }

  async remove(key: Key): Promise<void> {
    await this.#request('DELETE', this.#urlOf(key), drained);
  }

  #urlOf(key: Key): string {
    return `${this.#server.url}/${key}`;
  }

  /**
   * What is read from the answer to a request; undefined if there is nothing. What may pass is tried again.
   * @throws {Unreachable} if there is no answer.
   * @throws {UserError} if it is refused.
   */
  async #request<Result>(
    method: string,
    url: string,
    read: (response: Response) => Promise<Result>,
    body?: Uint8Array,
  ): Promise<Result | undefined> {
    const { send, signal, seconds } = this.#server;
    const what = `${method} ${url}`;
    const content = body === undefined ? {} : { body: Buffer.from(body) };
    const attempt = async (ending: AbortSignal) => {
      const response = await send(url, { method, signal: ending, ...content });
      if (response.ok) return await read(response);
      await response.body?.cancel();
      if (NOT_THERE.has(response.status)) return undefined;
      const refused = new UserError(`${what} is refused with status ${response.status}${adviceOn(response.status)}`);
      throw mayPass(response.status) ? refused : new AbortError(refused);
    };
    try {
      return await pRetry(() => within(seconds, signal, what, attempt), { ...RETRIES, signal });
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw new Unreachable(`${this.name} can't be reached: ${causeOf(error)}`);
    }
  }
}

/** Does some work that is ended after some seconds, or by a signal. */
async function within<Result>(
  seconds: number,
  signal: AbortSignal,
  what: string,
  work: (ending: AbortSignal) => Promise<Result>,
): Promise<Result> {
  // Not AbortSignal.any and AbortSignal.timeout: Node 20 forgets a timeout that nothing else holds.
  const ending = new AbortController();
  const end = () => ending.abort();
  const timer = setTimeout(end, 1000 * seconds);
  signal.addEventListener('abort', end);
  try {
    return await work(ending.signal);
  } catch (error) {
    if (!ending.signal.aborted) throw error;
    throw new AbortError(new Unreachable(`${what} has not ended after ${seconds} s`));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}

function adviceOn(status: number): string {
  return status === 401 || status === 403 ? ': its credentials are missing or wrong' : '';
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
async function bodyOf(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new AbortError(new UserError(`${response.url} does not end after ${MAX_BYTES} bytes`));
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function textOf(response: Response): Promise<string> {
  return Buffer.from(await bodyOf(response)).toString();
}
