import { setTimeout } from 'node:timers/promises';
import { group } from 'd3-array';
import pLimit from 'p-limit';
import type { Digest } from '../digest.ts';
import { describeError } from '../errors.ts';
import type { Emit } from '../events.ts';
import type { Executor, Job, JobResult } from '../executor.ts';
import { reached } from '../fault-points.ts';
import type { Progress } from '../kind.ts';
import type { LocalExecutor } from '../local-executor.ts';
import type { AwaitedElement, Overdue } from './awaited-elements.ts';
import { Batch } from './batch.ts';
import type { NodeWorkplace } from './element-work.ts';
import { elementsOf } from './elements-of.ts';
import { HandedJobs } from './handed-jobs.ts';
import type { SlurmOptions } from './options.ts';
import { Pause } from './pause.ts';
import { Poller } from './poller.ts';
import { type Queue, ReadyJobs } from './ready-jobs.ts';
import { cancelLost, maxArraySize, submit } from './scheduler.ts';

/** How often results are looked for: at once after something has happened, and then less and less often. */
const RESULTS_MS = { first: 50, last: 500, growth: 1.2 };
/** How many results are taken at once, since they wait in memory until they are recorded. */
const RESULTS_AT_ONCE = 100;
/** How often Slurm is asked. */
const LOOK_MS = { first: 2_000, last: 30_000, growth: 1.5 };
/** It is asked at least so many times before patience is over. */
const LOOKS = 4;
/** How many times a stage is handed over, if Slurm loses its job. */
const ATTEMPTS = 3;

/** The process that hands jobs to Slurm: what it has, and what it was told. */
export interface FrontEnd {
  /** The path of the folder of the batches. */
  readonly home: string;
  /** The path of the bundle of engine/slurm/element.ts. */
  readonly element: string;
  readonly workplace: NodeWorkplace;
  readonly options: SlurmOptions;
  /** Runs what no bundle can carry to a node. */
  readonly local: LocalExecutor;
  readonly emit: Emit;
  /** When a result of a recipe was last recorded, in ms; NaN: never. */
  readonly recordedAt: (recipe: Digest) => number;
}

/** Somebody who waits for the result of a job. */
interface Waiting {
  readonly job: Job;
  readonly settle: (result: JobResult) => void;
}

function failed(message: string, log: Uint8Array = new Uint8Array()): JobResult {
  return { ok: false, message, log };
}

/** Hands jobs to Slurm, many at once, and waits for their results. What is light or not pure runs on this machine. */
export class SlurmExecutor implements Executor {
  readonly slots: number;
  readonly room = Number.POSITIVE_INFINITY;
  readonly #frontEnd: FrontEnd;
  /** Lets so many jobs run on this machine at once. */
  readonly #here;
  readonly #maxElements: number;
  /** Who waits for the result of a recipe. */
  readonly #waiting = new Map<Digest, Waiting[]>();
  /** The jobs that are to be handed over. */
  readonly #ready = new ReadyJobs();
  readonly #handed = new HandedJobs();
  /** How many jobs of a recipe Slurm has lost. */
  readonly #lost = new Map<Digest, number>();
  /** The batches of an earlier front end, until one of their stages is asked for: then people are told. */
  readonly #unannounced = new Set<Batch>();
  /** What `sbatch` said of the batches that it may not have accepted. */
  readonly #refusals = new Map<Batch, string>();
  readonly #poller: Poller;
  readonly #closing = new AbortController();
  #atWork: Promise<void> | undefined;

  /**
   * Takes over what earlier front ends have left.
   * @throws {UserError} if there is no Slurm here, or it does not answer.
   */
  static async start(frontEnd: FrontEnd): Promise<SlurmExecutor> {
    return new SlurmExecutor(frontEnd, Math.min(frontEnd.options.array, await maxArraySize()));
  }

  private constructor(frontEnd: FrontEnd, maxElements: number) {
    this.#frontEnd = frontEnd;
    this.#maxElements = maxElements;
    this.slots = maxElements * frontEnd.options.cpus;
    this.#poller = new Poller(frontEnd.emit, 1000 * frontEnd.options.patience, this.#closing.signal);
    this.#here = pLimit(frontEnd.local.slots);
    for (const batch of Batch.all(frontEnd.home)) {
      this.#handed.adopt(batch, frontEnd.recordedAt);
      this.#unannounced.add(batch);
    }
  }

  run(job: Job, onProgress: (progress: Progress) => void): Promise<JobResult> {
    const { local, emit } = this.#frontEnd;
    if (!job.pure || job.light) {
      if (!job.pure) emit({ event: 'stage-stays', stage: job.stage });
      return this.#here(() => local.run(job, onProgress));
    }
    return new Promise((settle) => {
      const others = this.#waiting.get(job.recipe) ?? [];
      this.#waiting.set(job.recipe, [...others, { job, settle }]);
      if (others.length === 0) this.#handOver(job);
      this.#atWork ??= this.#work().finally(() => {
        this.#atWork = undefined;
      });
    });
  }

  forget(recipe: Digest): void {
    this.#handed.settle(recipe);
  }

  /** Ends what runs here. What Slurm has goes on, and the next front end finds it. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#frontEnd.local.close();
    await this.#atWork;
    const left = [...this.#waiting.keys()].filter((recipe) => this.#handed.get(recipe) !== undefined).length;
    if (left > 0) this.#frontEnd.emit({ event: 'detached', stages: left });
    for (const recipe of [...this.#waiting.keys()]) this.#settle(recipe, failed('interrupted'));
  }

  /** Has a job handed over, unless Slurm has it from an earlier front end. */
  #handOver(job: Job): void {
    const batch = this.#handed.get(job.recipe)?.batch;
    if (batch === undefined) this.#ready.add(job);
    else if (this.#unannounced.delete(batch)) {
      this.#frontEnd.emit({ event: 'batch-adopted', batch: batch.name, stages: batch.open.size });
    }
  }

  /** Hands over what is due, takes results and asks Slurm, until nobody waits any more. */
  async #work(): Promise<void> {
    const results = new Pause(RESULTS_MS);
    const longest = (1000 * this.#frontEnd.options.patience) / LOOKS;
    const [first, last] = [Math.min(LOOK_MS.first, longest), Math.min(LOOK_MS.last, longest)];
    const looks = new Pause({ ...LOOK_MS, first, last });
    let nextLook = performance.now() + looks.next();
    while (!this.#closing.signal.aborted && this.#waiting.size > 0) {
      try {
        if (this.#ready.size > 0 && this.#ready.isDue(this.#frontEnd.options.cpus, this.#queue())) {
          await this.#submit(this.#ready.take());
          results.reset();
          looks.reset();
          nextLook = performance.now() + looks.next();
        }
        if (this.#takeResults()) results.reset();
        if (performance.now() >= nextLook) {
          await this.#look();
          nextLook = performance.now() + looks.next();
        }
      } catch (error) {
        // What Slurm has is for the next front end to take.
        this.#ready.take();
        for (const recipe of [...this.#waiting.keys()]) this.#settle(recipe, failed(describeError(error)));
      }
      const pause = Math.min(results.next(), Math.max(0, nextLook - performance.now()));
      await setTimeout(pause, undefined, { signal: this.#closing.signal }).catch(() => {});
    }
  }

  #queue(): Queue {
    const batches = this.#batches();
    if (batches.length === 0) return 'empty';
    return batches.some((batch) => batch.started() < batch.size) ? 'waiting' : 'running';
  }

  /** Hands jobs to Slurm as one batch. */
  async #submit(jobs: readonly Job[]): Promise<void> {
    const { home, element: program, workplace, options, emit } = this.#frontEnd;
    const elements = elementsOf(jobs, options.cpus, this.#maxElements);
    const batch = await Batch.intend(home, {
      elements,
      node: options.node,
      around: { program, slots: options.cpus, workplace },
    });
    this.#handed.add(batch);
    const refusal = await submit(batch, options);
    reached('slurm:submitted');
    if (refusal === undefined) {
      emit({ event: 'batch-submitted', batch: batch.name, elements: batch.size, stages: jobs.length });
    } else {
      this.#refusals.set(batch, refusal);
      emit({ event: 'batch-doubtful', batch: batch.name, problem: refusal, seconds: options.patience });
    }
  }

  /** Takes results that are there; returns whether there were any. */
  #takeResults(): boolean {
    let taken = 0;
    for (const batch of this.#batches()) {
      for (const recipe of batch.finished()) {
        if (!this.#waiting.has(recipe)) continue;
        if (taken === RESULTS_AT_ONCE) return true;
        taken += 1;
        const result = batch.resultOf(recipe);
        reached('slurm:found');
        if (result?.ok) this.#settle(recipe, result);
        else if (result === undefined) this.#fail(recipe, 'its result came back from its node damaged: run it again');
        else this.#fail(recipe, result.message, result.log);
      }
    }
    return taken > 0;
  }

  /** Gives up what does not come any more, by what Slurm says. */
  async #look(): Promise<void> {
    const overdue = await this.#poller.poll(this.#handed.elementsOf(this.#waiting.keys()));
    // What came while Slurm was asked is there all the same.
    while (overdue.length > 0 && this.#takeResults());
    for (const [batch, elements] of group(overdue, ({ batch }) => batch)) await this.#giveUp(batch, elements);
  }

  /** Gives up elements of a batch. What Slurm has lost with them is handed over again, a few times; the rest fails. */
  async #giveUp(batch: Batch, overdue: readonly Overdue[]): Promise<void> {
    const elements = new Set(overdue.map(({ element }) => element));
    const isWhole = [...batch.open.values()].every((element) => elements.has(element));
    const lost = overdue.flatMap((element) => this.#giveUpElement(element));
    if (lost.length === 0) return;
    const ids = overdue.flatMap((element) => element.ids);
    // In case Slurm comes to know them again.
    if (isWhole || ids.length > 0) await cancelLost(batch.name, ids);
    for (const job of lost) this.#ready.add(job);
    const states = overdue.flatMap(({ awaited }) => (awaited.isLost ? [awaited.state ?? 'never seen'] : []));
    this.#frontEnd.emit({ event: 'batch-lost', batch: batch.name, stages: lost.length, states: [...new Set(states)] });
  }

  /** Gives up an element. @returns the jobs of it that are to be handed over again. */
  #giveUpElement({ batch, element, awaited }: Overdue): Job[] {
    const recipes = [...batch.open].filter(([recipe, its]) => its === element && this.#waiting.has(recipe));
    if (recipes.length > 0) batch.close(element);
    const refusal = awaited.state === undefined ? this.#refusals.get(batch) : undefined;
    return recipes.flatMap(([recipe]) => {
      const [waiting] = this.#waiting.get(recipe) ?? [];
      const attempts = (this.#lost.get(recipe) ?? 0) + 1;
      if (waiting !== undefined && awaited.isLost && refusal === undefined && attempts < ATTEMPTS) {
        this.#lost.set(recipe, attempts);
        this.forget(recipe);
        return [waiting.job];
      }
      const why = refusal === undefined ? whyOver(awaited) : `Slurm did not take its job: ${refusal}`;
      this.#fail(recipe, why, batch.printed(element));
      return [];
    });
  }

  #fail(recipe: Digest, message: string, log?: Uint8Array): void {
    this.forget(recipe);
    this.#settle(recipe, failed(message, log));
  }

  #settle(recipe: Digest, result: JobResult): void {
    const waiting = this.#waiting.get(recipe) ?? [];
    this.#waiting.delete(recipe);
    for (const { settle } of waiting) settle(result);
  }

  /** The batches that something is awaited of. */
  #batches(): Batch[] {
    return [...this.#handed.elementsOf(this.#waiting.keys()).keys()];
  }
}

function whyOver({ state, isLost }: AwaitedElement): string {
  if (!isLost) return `its job ended in Slurm (${state}), and left no result of it`;
  const last = state === undefined ? '' : `, the last of which was ${state}`;
  return `Slurm has lost ${ATTEMPTS} jobs of it${last}: run it again`;
}
