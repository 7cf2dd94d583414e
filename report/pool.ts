import type { Progress } from '../engine/kind.ts';
import type { Job, Message } from './messages.ts';

/** Why a job came to no result. */
export class JobError extends Error {
  override readonly name = 'JobError';
}

/** A job that took longer than it may; its worker is ended. */
export class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError';
}

/** A job that was stopped before it came to an end. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
}

/** How a job is run. */
export interface RunOptions {
  /** Told how far it is. */
  onProgress?(progress: Progress): void;
  /** How long it may take in a worker; without end if this is not given. */
  readonly limitSeconds?: number;
  /** Stops it: its worker is ended. */
  readonly signal?: AbortSignal;
}

interface Waiting extends RunOptions {
  readonly job: Job;
  resolve(outputs: Readonly<Record<string, Uint8Array>>): void;
  reject(error: Error): void;
}

/**
 * Classic workers, since those of modules do not start in a page from disk, that run bundles: as many as the reader's
 * machine has cores, and at most four.
 */
export class Pool {
  readonly #url: string;
  readonly #idle: Worker[] = [];
  readonly #waiting: Waiting[] = [];
  readonly size: number;
  #started = 0;

  /** @param code of the worker. */
  constructor(code: string) {
    this.#url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
    this.size = Math.max(1, Math.min(4, navigator.hardwareConcurrency || 1));
  }

  /**
   * Runs a bundle. @returns the bytes of its outputs.
   * @throws {JobError} if it fails.
   * @throws {TimeLimitError} if it takes too long.
   * @throws {StoppedError} if it is stopped.
   */
  run(job: Job, options: RunOptions = {}): Promise<Readonly<Record<string, Uint8Array>>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...options, job, resolve, reject });
      this.#next();
    });
  }

  #next(): void {
    if (this.#idle.length === 0 && this.#started < this.size) {
      this.#started++;
      this.#idle.push(new Worker(this.#url));
    }
    if (this.#idle.length === 0 || this.#waiting.length === 0) return;
    const [worker, waiting] = [this.#idle.shift(), this.#waiting.shift()];
    if (worker === undefined || waiting === undefined) return;
    if (waiting.signal?.aborted) {
      waiting.reject(new StoppedError('was stopped'));
      this.#idle.push(worker);
      this.#next();
    } else this.#start(worker, waiting);
  }

  #start(worker: Worker, { job, limitSeconds, signal, onProgress, resolve, reject }: Waiting): void {
    const end = (error: Error) => {
      settle();
      // Another takes its place.
      worker.terminate();
      this.#started--;
      reject(error);
      this.#next();
    };
    const stop = () => end(new StoppedError('was stopped'));
    const limit =
      limitSeconds === undefined
        ? undefined
        : setTimeout(
            () => end(new TimeLimitError(`is not finished after ${Math.round(limitSeconds)} s`)),
            1000 * limitSeconds,
          );
    signal?.addEventListener('abort', stop);
    const settle = () => {
      clearTimeout(limit);
      signal?.removeEventListener('abort', stop);
    };
    const done = () => {
      settle();
      this.#idle.push(worker);
      this.#next();
    };
    worker.onmessage = ({ data }: MessageEvent<Message>) => {
      if ('progress' in data) return onProgress?.(data.progress);
      if ('problem' in data) reject(new JobError(data.problem));
      else resolve(data.outputs);
      done();
    };
    worker.onerror = ({ message }) => {
      reject(new JobError(message || "the worker can't be started"));
      done();
    };
    worker.postMessage(job);
  }
}
