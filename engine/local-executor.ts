import type { Executor, Job, JobResult } from './executor.ts';
import type { Progress } from './kind.ts';
import type { WorkerProcess } from './worker-process.ts';

/** What the workers of this machine run, and may read. */
export interface Workplace {
  /** The bundle of the worker. */
  readonly script: string;
  /** The folders of bundles and of objects: all, beside the worker's own bundle, that a pure stage may read. */
  readonly readable: readonly string[];
  /** Flags of V8. */
  readonly flags: readonly string[];
}

/** Runs jobs in a pool of child processes of this machine, one job a process at a time. */
export class LocalExecutor implements Executor {
  readonly slots: number;
  readonly room: number;
  readonly #workplace: Workplace;
  /** The idle workers: those that may only read and compute, and those that may do everything. */
  readonly #idle: { readonly pure: WorkerProcess[]; readonly free: WorkerProcess[] } = { pure: [], free: [] };
  readonly #all = new Set<WorkerProcess>();
  #module: Promise<typeof import('./worker-process.ts')> | undefined;
  #closed = false;

  constructor(slots: number, workplace: Workplace) {
    this.slots = slots;
    this.room = slots;
    this.#workplace = workplace;
  }

  async run(job: Job, onProgress: (progress: Progress) => void): Promise<JobResult> {
    // Loaded here, since most runs start no worker; and once, since each import takes a turn of the event loop.
    this.#module ??= import('./worker-process.ts');
    const { WorkerProcess } = await this.#module;
    const { script, readable, flags } = this.#workplace;
    const idle = this.#idle[job.pure ? 'pure' : 'free'];
    let worker = takeIdle(idle, job.bundle);
    if (worker?.hasRoomFor(job.bundle) === false) {
      await this.#end(worker);
      worker = undefined;
    }
    if (this.#closed) return { ok: false, message: 'interrupted', log: new Uint8Array() };
    worker ??= new WorkerProcess({ script, flags, readable: job.pure ? [script, ...readable] : undefined });
    this.#all.add(worker);
    const result = await worker.run(job, onProgress);
    if (result.ok && worker.isFit) {
      idle.push(worker);
    } else {
      // What a failed stage has left at work must not reach the next one. Nor is one kept that has held much.
      await this.#end(worker);
    }
    return result;
  }

  forget(): void {}

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#all].map((worker) => worker.kill()));
    this.#all.clear();
  }

  async #end(worker: WorkerProcess): Promise<void> {
    await worker.kill();
    this.#all.delete(worker);
  }
}

/**
 * Takes an idle worker, if there is one: best one that has imported a bundle, else one that has room for it. Those that
 * have ended are dropped.
 */
function takeIdle(idle: WorkerProcess[], bundle: string): WorkerProcess | undefined {
  const fit = idle.filter((worker) => worker.isFit);
  const chosen =
    fit.find((worker) => worker.hasImported(bundle)) ?? fit.find((worker) => worker.hasRoomFor(bundle)) ?? fit[0];
  idle.splice(0, idle.length, ...fit.filter((worker) => worker !== chosen));
  return chosen;
}
