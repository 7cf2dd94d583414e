import { fork } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { describeError } from './errors.ts';
import type { Job, JobResult } from './executor.ts';
import type { Progress } from './kind.ts';
import { messageFromWorker } from './worker-messages.ts';

const workerPath = fileURLToPath(new URL('./worker.ts', import.meta.url));
/** Stages read and drop large arrays: on the small heap that V8 starts with, it would mark all that is live every few stages. */
const INITIAL_HEAP = '--initial-heap-size=256';

/** A child process that runs one job after the other. */
export class WorkerProcess {
  readonly #process = fork(workerPath, {
    execArgv: [...process.execArgv, INITIAL_HEAP],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  readonly #ended: Promise<void>;
  #job: { log: string; onProgress: (progress: Progress) => void; settle: (result: JobResult) => void } | undefined;
  /** How much the process has said in its job. */
  #outputBytes = 0;
  #result: { readonly result: JobResult; readonly outputBytes: number } | undefined;
  alive = true;

  constructor() {
    const onOutput = (chunk: Buffer) => {
      this.#outputBytes += chunk.length;
      this.#log(chunk);
      this.#settleAfterOutput();
    };
    this.#process.stdout?.on('data', onOutput);
    this.#process.stderr?.on('data', onOutput);
    this.#process.on('message', (message: unknown) => this.#onMessage(message));
    this.#ended = new Promise((resolve) => {
      const end = (problem: string) => {
        this.alive = false;
        this.#settle({ ok: false, message: problem });
        resolve();
      };
      this.#process.on('close', (code, signal) => end(`its process ended: ${describeEnd(code, signal)}`));
      this.#process.on('error', (error) => {
        const problem = describeError(error);
        if (this.#process.pid === undefined) end(`its process can't be started: ${problem}`);
        else this.#settle({ ok: false, message: `its process can't be reached: ${problem}` });
      });
    });
  }

  /** Runs a job to its end. Failures are values; never rejects. */
  run({ log, ...work }: Job, onProgress: (progress: Progress) => void): Promise<JobResult> {
    return new Promise((settle) => {
      this.#job = { log, onProgress, settle };
      this.#outputBytes = 0;
      // A process that was never started says so by an event.
      if (this.#process.pid !== undefined) this.#process.send(work);
    });
  }

  /** Ends the process, and with it its job, now. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#ended;
  }

  #onMessage(received: unknown): void {
    const message = v.parse(messageFromWorker, received);
    if (message.type === 'progress') this.#job?.onProgress(message.progress);
    else if (message.type === 'log') this.#log(`${message.line}\n`);
    else {
      this.#result = message;
      this.#settleAfterOutput();
    }
  }

  /** Settles the job once its result is there, and all that the process has written before it, which may come later. */
  #settleAfterOutput(): void {
    if (this.#result === undefined || this.#outputBytes < this.#result.outputBytes) return;
    this.#settle(this.#result.result);
  }

  #settle(result: JobResult): void {
    const job = this.#job;
    this.#job = undefined;
    this.#result = undefined;
    job?.settle(result);
  }

  #log(text: string | Buffer): void {
    if (this.#job === undefined) return;
    try {
      appendFileSync(this.#job.log, text);
    } catch (error) {
      this.#settle({ ok: false, message: `its log can't be written: ${describeError(error)}` });
    }
  }
}

/** 134 is what a process exits with after abort(), which is how V8 ends when its heap is full. */
const ABORTED = 134;

function describeEnd(exitCode: number | null, signal: string | null): string {
  if (signal === 'SIGABRT' || exitCode === ABORTED) return 'it aborted, most likely because its memory was full';
  if (signal === 'SIGKILL') return 'it was killed (SIGKILL), perhaps because the machine had no memory left';
  return signal === null ? `it exited with code ${exitCode}` : `it got the signal ${signal}`;
}
