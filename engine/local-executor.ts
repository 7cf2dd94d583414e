import type { Executor, Job, JobResult } from './executor.ts';
import type { Progress } from './kind.ts';
import type { WorkerProcess } from './worker-process.ts';

/** Runs jobs in a pool of child processes of this machine, one job a process at a time. */
export class LocalExecutor implements Executor {
  readonly slots: number;
  readonly #idle: WorkerProcess[] = [];
  readonly #all = new Set<WorkerProcess>();
  #module: Promise<typeof import('./worker-process.ts')> | undefined;
  #closed = false;

  constructor(slots: number) {
    this.slots = slots;
  }

  async run(job: Job, onProgress: (progress: Progress) => void): Promise<JobResult> {
    // Loaded here, since most runs have nothing to run, and once, since each import takes a turn of the event loop.
    this.#module ??= import('./worker-process.ts');
    const { WorkerProcess } = await this.#module;
    if (this.#closed) return { ok: false, message: 'interrupted' };
    const worker = this.#takeIdle() ?? new WorkerProcess();
    this.#all.add(worker);
    const result = await worker.run(job, onProgress);
    if (result.ok) {
      this.#idle.push(worker);
    } else {
      // What a failed stage has left at work must not reach the next one.
      await worker.kill();
      this.#all.delete(worker);
    }
    return result;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#all].map((worker) => worker.kill()));
    this.#all.clear();
  }

  /** A worker that waits for a job, and that nobody has killed meanwhile. */
  #takeIdle(): WorkerProcess | undefined {
    let worker = this.#idle.pop();
    while (worker?.alive === false) worker = this.#idle.pop();
    return worker;
  }
}
