import type { Progress } from '../engine/kind.ts';
import type { Job, Message } from './messages.ts';

/** Why a job came to no result. */
export class JobError extends Error {
  override readonly name = 'JobError';
}

interface Waiting {
  readonly job: Job;
  onProgress(progress: Progress): void;
  resolve(outputs: Readonly<Record<string, Uint8Array>>): void;
  reject(error: Error): void;
}

/** Classic workers, since those of modules do not start in a page from disk, that run bundles: as many as the reader's machine has cores, and at most four. */
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
   * Runs a bundle. @param onProgress is told how far it is. @returns the bytes of its outputs.
   * @throws {JobError} if it fails.
   */
  run(job: Job, onProgress: (progress: Progress) => void = () => {}): Promise<Readonly<Record<string, Uint8Array>>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ job, onProgress, resolve, reject });
      this.#next();
    });
  }

  #next(): void {
    if (this.#idle.length === 0 && this.#started < this.size) {
      this.#started++;
      this.#idle.push(new Worker(this.#url));
    }
    const worker = this.#idle[0];
    const waiting = this.#waiting[0];
    if (worker === undefined || waiting === undefined) return;
    this.#idle.shift();
    this.#waiting.shift();
    const done = () => {
      this.#idle.push(worker);
      this.#next();
    };
    worker.onmessage = ({ data }: MessageEvent<Message>) => {
      if ('progress' in data) return waiting.onProgress(data.progress);
      if ('problem' in data) waiting.reject(new JobError(data.problem));
      else waiting.resolve(data.outputs);
      done();
    };
    worker.onerror = ({ message }) => {
      waiting.reject(new JobError(message || 'the worker can not be started'));
      done();
    };
    worker.postMessage(waiting.job);
  }
}
