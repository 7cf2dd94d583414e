import { Readable } from 'node:stream';
import pRetry from 'p-retry';
import { StageError } from '../../engine/kind.ts';
import { errorMessage } from './system-error.ts';
import { readUnpacked, type UnpackOptions } from './unpacked-file.ts';

/** How a file is fetched. */
export interface FetchOptions extends Omit<UnpackOptions, 'from'> {
  /** Told of every attempt that failed. */
  log(line: string): void;
  /** Milliseconds without a byte after which an attempt is given up. */
  readonly stallMs?: number;
  /** How often a failed attempt is repeated. */
  readonly retries?: number;
  /** Milliseconds to wait before the first repetition; doubles each time. */
  readonly minBackoffMs?: number;
}

/** A failure that another attempt may not meet. */
class Interruption extends Error {}

/**
 * Downloads `url`, unpacked if it is gzip; gives undefined if the server has no such file (404). Failures of the
 * network, stalls, and the statuses 408, 429 and 5xx are tried again.
 * @throws {StageError} for the last of those failures, any other status, and whatever `readUnpacked` refuses.
 */
export async function fetchFile(url: string, options: FetchOptions): Promise<Uint8Array | undefined> {
  const { log, retries = 4, minBackoffMs = 500 } = options;
  try {
    return await pRetry(() => attempt(url, options), {
      retries,
      minTimeout: minBackoffMs,
      onFailedAttempt: ({ error, attemptNumber }) =>
        log(`attempt ${attemptNumber} of ${retries + 1}: ${error.message}`),
      shouldRetry: ({ error }) => error instanceof Interruption,
    });
  } catch (error) {
    if (!(error instanceof Interruption)) throw error;
    throw new StageError(`${error.message} (the last of ${retries + 1} attempts)`, { cause: error });
  }
}

async function attempt(url: string, options: FetchOptions): Promise<Uint8Array | undefined> {
  const { stallMs = 30_000, maxBytes, onBytes } = options;
  const connection = new AbortController();
  const stall = new Interruption(`${url} sent nothing for ${stallMs / 1000} seconds`);
  const timer = setTimeout(() => connection.abort(stall), stallMs);
  try {
    // Identity, because a packing of the transport's own would hide how much it sends.
    const response = await fetch(url, { signal: connection.signal, headers: { 'accept-encoding': 'identity' } });
    if (response.status === 404) return undefined;
    if (!response.ok) throw statusFailure(`${url} answered ${response.status} ${response.statusText}`, response.status);
    if (response.body === null) throw new StageError(`${url} answered without a body`);
    return await readUnpacked(Readable.fromWeb(response.body), {
      from: url,
      maxBytes,
      onBytes: async (unpacked) => {
        timer.refresh();
        await onBytes(unpacked);
      },
    });
  } catch (error) {
    // fetch reports every failure of the network as a TypeError with a cause.
    if (error instanceof TypeError && error.cause !== undefined) {
      throw new Interruption(`${url} cannot be downloaded: ${errorMessage(error)}`);
    }
    throw error;
  } finally {
    clearTimeout(timer);
    connection.abort();
  }
}

function statusFailure(message: string, status: number): Error {
  const mayPass = status === 408 || status === 429 || status >= 500;
  return mayPass ? new Interruption(message) : new StageError(message);
}
