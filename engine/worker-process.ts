import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import * as v from 'valibot';
import { describeError } from './errors.ts';
import type { Job, JobFailed, JobMade, JobResult } from './executor.ts';
import { statsAt } from './files.ts';
import { type Frame, FrameReader } from './frames.ts';
import type { Progress } from './kind.ts';
import { MACHINE } from './machine.ts';
import { type WorkerMessage, workerMessageSchema } from './worker-messages.ts';

/** How a worker is started. */
export interface WorkerStart {
  /** The path of the bundle of engine/worker.ts. */
  readonly script: string;
  /** The paths that it may read, if it may only read these and compute; undefined if it may do everything. */
  readonly readable: readonly string[] | undefined;
  readonly flags: readonly string[];
}

/** In MB. Stages drop large arrays: on the small heap that V8 starts with, it would collect them every few stages. */
const INITIAL_HEAP = '--initial-heap-size=64';
/** The worker frees what large inputs held (worker.ts). */
const EXPOSE_GC = '--expose-gc';
/** A worker may read paths as they are named: where the store is a link, what it leads to is not among them. */
const AS_NAMED = ['--preserve-symlinks', '--preserve-symlinks-main'];
const PERMISSION = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';
const QUIET = '--disable-warning=ExperimentalWarning';
/** A process that has held as much gets no other job: code and what V8 has made of it stay as long as their process. */
const MAX_BYTES = 224 * 1024 * 1024;
/** What a byte of a bundle comes to in memory, with what V8 makes of it. */
const BYTES_A_BYTE_OF_CODE = 50;
/** The same with native packages, of which TensorFlow holds 270 MB by itself. */
const MAX_NATIVE_BYTES = 2 * MAX_BYTES;
/** How much of what a stage prints is kept. */
const MAX_LOG_BYTES = 8 * 1024 * 1024;

/** A pattern for a path. Node 20 splits at commas, so the pattern of a path with a comma ends there, in a wildcard. */
function beforeComma(path: string): string {
  const comma = path.indexOf(',');
  return comma === -1 ? path : `${path.slice(0, comma)}*`;
}

/** Within this time of the end of a process arrives all that it has said. */
const PIPES_MS = 500;

type Ending = Omit<JobMade, 'seconds' | 'machine'> | JobFailed;

/** A worker as its parent sees it: a child process that runs one job after the other. */
export class WorkerProcess {
  readonly #process;
  readonly #ended: Promise<void>;
  readonly #frames = new FrameReader();
  #job: { start: number; onProgress: (progress: Progress) => void; settle: (result: JobResult) => void } | undefined;
  /** What the process has said in its job, and how many bytes it has printed. */
  #log: Uint8Array[] = [];
  #logBytes = 0;
  #printedBytes = 0;
  #ending: { readonly ending: Ending; readonly printedBytes: number } | undefined;
  readonly #bundles = new Set<string>();
  readonly #maxBytes: number;
  #peakBytes = 0;
  #alive = true;

  constructor({ script, readable, flags }: WorkerStart) {
    this.#maxBytes = readable === undefined ? MAX_NATIVE_BYTES : MAX_BYTES;
    const permission =
      readable === undefined
        ? []
        : [PERMISSION, ...[...new Set(readable.map(beforeComma))].map((path) => `--allow-fs-read=${path}`)];
    this.#process = spawn(
      process.execPath,
      [INITIAL_HEAP, EXPOSE_GC, QUIET, ...flags, ...AS_NAMED, ...permission, script],
      {
        // The worker has an environment of its own: what is set in the parent's has no part in a result.
        env: {},
        stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      },
    );
    const onPrinted = (chunk: Buffer) => {
      this.#printedBytes += chunk.length;
      this.#keepLog(chunk);
      this.#settleAfterOutput();
    };
    // A process that can't be started has no streams, whatever their types say.
    const [stdin, stdout, stderr, channel] = this.#process.stdio ?? [];
    for (const stream of [stdout, stderr]) if (stream instanceof Readable) stream.on('data', onPrinted);
    if (channel instanceof Readable) channel.on('data', (piece: Buffer) => this.#receive(piece));
    // Where a pipe breaks, the end of the process tells why.
    for (const stream of [stdin, channel]) if (stream instanceof Writable) stream.on('error', () => {});
    this.#ended = new Promise((resolve) => {
      const end = (problem: string) => {
        this.#alive = false;
        this.#settle({ ok: false, message: problem });
        resolve();
      };
      // A process that the stage has started may hold the pipes when the stage's own is gone.
      this.#process.on('exit', () => {
        setTimeout(() => this.#process.stdio?.forEach((stream) => void stream?.destroy()), PIPES_MS).unref();
      });
      this.#process.on('close', (code, signal) => {
        end(`its process ended: ${describeEnd(code, signal, Buffer.concat(this.#log))}`);
      });
      this.#process.on('error', (error) => {
        if (this.#process.pid === undefined) end(`its process can't be started: ${describeError(error)}`);
      });
    });
  }

  /** Whether the process may run another job. */
  get isFit(): boolean {
    return this.#alive && this.#peakBytes < this.#maxBytes;
  }

  /** Whether the process has imported a bundle. */
  hasImported(bundle: string): boolean {
    return this.#bundles.has(bundle);
  }

  /** Whether the process has room for the code of a bundle, or has it already. */
  hasRoomFor(bundle: string): boolean {
    if (this.hasImported(bundle)) return true;
    return this.#peakBytes + BYTES_A_BYTE_OF_CODE * (statsAt(bundle)?.size ?? 0) < this.#maxBytes;
  }

  /** Runs a job to its end. Failures are values; never rejects. */
  run(
    { stage: _, recipe: __, expectedSeconds: ___, light: ____, ...job }: Job,
    onProgress: (progress: Progress) => void,
  ): Promise<JobResult> {
    return new Promise((settle) => {
      this.#job = { start: performance.now(), onProgress, settle };
      this.#bundles.add(job.bundle);
      this.#log = [];
      this.#logBytes = 0;
      this.#printedBytes = 0;
      // A process that can't be started tells so by an event, which ends the job.
      if (this.#process.pid !== undefined) this.#process.stdin.write(`${JSON.stringify(job)}\n`);
    });
  }

  /** Ends the process, and with it its job, now. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#ended;
  }

  /** Reads what the worker says. A stage that writes to the same channel fails alone. */
  #receive(piece: Buffer): void {
    if (this.#job === undefined) return;
    try {
      for (const frame of this.#frames.push(piece)) this.#onFrame(frame);
    } catch {
      this.#settle({ ok: false, message: 'it wrote to the channel of its worker what is no message' });
    }
  }

  #onFrame({ message, body }: Frame): void {
    const parsed = v.safeParse(workerMessageSchema, message);
    if (!parsed.success) {
      this.#settle({ ok: false, message: `its worker sent a message that is wrong: ${v.summarize(parsed.issues)}` });
    } else if (parsed.output.type === 'progress') this.#job?.onProgress(parsed.output.progress);
    else if (parsed.output.type === 'log') this.#keepLog(Buffer.from(`${parsed.output.line}\n`));
    else {
      const { printedBytes } = parsed.output;
      this.#ending = { ending: endingOf(parsed.output, body), printedBytes };
      this.#settleAfterOutput();
    }
  }

  /** Settles the job once its result is there, and all that the process has printed before it, which may come later. */
  #settleAfterOutput(): void {
    if (this.#ending === undefined || this.#printedBytes < this.#ending.printedBytes) return;
    this.#settle(this.#ending.ending);
  }

  #settle(ending: Ending): void {
    const job = this.#job;
    this.#job = undefined;
    this.#ending = undefined;
    if (job === undefined) return;
    const log = this.#wholeLog();
    if (!ending.ok) {
      job.settle({ ...ending, log });
      return;
    }
    const seconds = (performance.now() - job.start) / 1000;
    this.#peakBytes = peakOf(this.#process.pid) ?? ending.peakBytes;
    job.settle({ ...ending, seconds, machine: MACHINE, peakBytes: this.#peakBytes, log });
  }

  #keepLog(text: Uint8Array): void {
    if (this.#job === undefined) return;
    if (this.#logBytes < MAX_LOG_BYTES) this.#log.push(text.subarray(0, MAX_LOG_BYTES - this.#logBytes));
    this.#logBytes += text.length;
  }

  #wholeLog(): Uint8Array {
    const left = this.#logBytes - MAX_LOG_BYTES;
    return Buffer.concat(left > 0 ? [...this.#log, Buffer.from(`\n… and ${left} bytes more\n`)] : this.#log);
  }
}

function endingOf(message: Extract<WorkerMessage, { type: 'made' | 'failed' }>, body: Uint8Array): Ending {
  if (message.type === 'failed') return { ok: false, message: message.message };
  const outputs: Record<string, Uint8Array> = {};
  let start = 0;
  for (const [output, bytes] of message.outputs) {
    outputs[output] = body.subarray(start, start + bytes);
    start += bytes;
  }
  if (start !== body.length) return { ok: false, message: 'its worker sent outputs of other sizes than it said' };
  return { ok: true, outputs, peakBytes: message.peakBytes };
}

/**
 * The most memory that a process has held, in bytes; undefined where the system does not tell. On Linux a process that
 * looks at itself finds no less than what the process held that forked it.
 */
function peakOf(pid: number | undefined): number | undefined {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}

/** 134 is what a process exits with after abort(). */
const ABORTED = 134;
/** What V8 prints before it aborts since its heap is full. */
const HEAP_FULL = 'heap out of memory';

function describeEnd(exitCode: number | null, signal: string | null, log: Buffer): string {
  if (signal === 'SIGABRT' || exitCode === ABORTED) {
    return log.includes(HEAP_FULL) ? 'it aborted, since its memory was full' : 'it aborted (SIGABRT)';
  }
  if (signal === 'SIGKILL') return 'it was killed (SIGKILL), perhaps because the machine had no memory left';
  return signal === null ? `it exited with code ${exitCode}` : `it got the signal ${signal}`;
}
