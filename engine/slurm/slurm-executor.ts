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
import { Batch } from './batch.ts';
import type { NodeWorkplace } from './element-work.ts';
import { elementsOf } from './elements-of.ts';
import type { SlurmOptions } from './options.ts';
import { Pause } from './pause.ts';
import { type Queue, ReadyJobs } from './ready-jobs.ts';
import { cancelLost, maxArraySize, submit } from './scheduler.ts';
import type { Over, Vigil } from './vigils.ts';
import { Watch } from './watch.ts';

/** How often results are looked for: soon after something has happened, and then less and less often. */
const RESULTS_MS = { first: 50, last: 500, growth: 1.2 };
/** Those taken wait in memory until they are recorded. */
const RESULTS_AT_ONCE = 100;
/** How often Slurm is asked; at least some times before it is given up. */
const LOOK_MS = { first: 2_000, last: 30_000, growth: 1.5 };
const LOOKS = 4;
/** A stage whose job is lost is handed over again, until it was so many times. */
const ATTEMPTS = 3;

/** Where jobs are handed to Slurm from. */
export interface FrontEnd {
  /** The folder of the batches. */
  readonly home: string;
  /** The bundle of engine/slurm/element.ts. */
  readonly element: string;
  readonly workplace: NodeWorkplace;
  readonly options: SlurmOptions;
  /** Runs what no bundle can carry to a node. */
  readonly local: LocalExecutor;
  readonly emit: Emit;
  /** When a result of a recipe was last recorded, in ms; NaN: never. */
  readonly recordedAt: (recipe: Digest) => number;
}

interface Waiting {
  readonly job: Job;
  readonly settle: (result: JobResult) => void;
}

/** Where the result of a job will be. */
interface Handed {
  readonly batch: Batch;
  readonly element: number;
}

function failed(message: string, log: Uint8Array = new Uint8Array()): JobResult {
  return { ok: false, message, log };
}

/** Hands jobs to Slurm, many at once, and waits for their results. */
export class SlurmExecutor implements Executor {
  readonly slots: number;
  readonly room = Number.POSITIVE_INFINITY;
  readonly #frontEnd: FrontEnd;
  readonly #here;
  readonly #maxElements: number;
  /** Who waits for the result of a recipe. */
  readonly #waiting = new Map<Digest, Waiting[]>();
  /** The jobs that are to be handed over. */
  readonly #ready = new ReadyJobs();
  readonly #handed = new Map<Digest, Handed>();
  /** How many jobs of a recipe Slurm has lost. */
  readonly #lost = new Map<Digest, number>();
  /** The batches of an earlier front end, whose stages were not asked for yet. */
  readonly #unannounced = new Set<Batch>();
  /** What `sbatch` said where it failed. */
  readonly #refusals = new Map<Batch, string>();
  readonly #watch: Watch;
  readonly #closing = new AbortController();
  #atWork: Promise<void> | undefined;

  /** @throws {UserError} if there is no Slurm here. */
  static async start(frontEnd: FrontEnd): Promise<SlurmExecutor> {
    return new SlurmExecutor(frontEnd, Math.min(frontEnd.options.array, await maxArraySize()));
  }

  private constructor(frontEnd: FrontEnd, maxElements: number) {
    this.#frontEnd = frontEnd;
    this.#maxElements = maxElements;
    this.slots = maxElements * frontEnd.options.cpus;
    this.#watch = new Watch(frontEnd.emit, 1000 * frontEnd.options.patience, this.#closing.signal);
    this.#here = pLimit(frontEnd.local.slots);
    for (const batch of Batch.all(frontEnd.home)) this.#adopt(batch);
  }

  run(job: Job, onProgress: (progress: Progress) => void): Promise<JobResult> {
    const { local, emit } = this.#frontEnd;
    if (!job.pure) {
      emit({ event: 'stage-stays', stage: job.stage });
      return this.#here(() => local.run(job, onProgress));
    }
    return new Promise((settle) => {
      const others = this.#waiting.get(job.recipe) ?? [];
      this.#waiting.set(job.recipe, [...others, { job, settle }]);
      if (others.length === 0) this.#await(job);
      this.#atWork ??= this.#work().finally(() => {
        this.#atWork = undefined;
      });
    });
  }

  forget(recipe: Digest): void {
    const handed = this.#handed.get(recipe);
    this.#handed.delete(recipe);
    try {
      handed?.batch.settle(recipe);
    } catch {
      // The next executor finds it again. What is recorded it knows to be settled.
    }
  }

  /** Ends what runs here. What Slurm has goes on, and the next executor finds it. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#frontEnd.local.close();
    await this.#atWork;
    const left = [...this.#waiting.keys()].filter((recipe) => this.#handed.has(recipe)).length;
    if (left > 0) this.#frontEnd.emit({ event: 'detached', stages: left });
    for (const recipe of [...this.#waiting.keys()]) this.#settle(recipe, failed('interrupted'));
  }

  /** Takes over what an earlier front end has left. */
  #adopt(batch: Batch): void {
    for (const [recipe, element] of [...batch.open]) {
      if (this.#frontEnd.recordedAt(recipe) >= batch.created) batch.settle(recipe);
      else this.#handed.set(recipe, { batch, element });
    }
    this.#unannounced.add(batch);
  }

  #await(job: Job): void {
    const batch = this.#handed.get(job.recipe)?.batch;
    if (batch === undefined) this.#ready.add(job);
    else if (this.#unannounced.delete(batch)) {
      this.#frontEnd.emit({ event: 'batch-adopted', batch: batch.name, stages: batch.open.size });
    }
  }

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
        // What Slurm has is for the next executor to take.
        this.#ready.take();
        for (const recipe of [...this.#waiting.keys()]) this.#settle(recipe, failed(describeError(error)));
      }
      const pause = Math.min(results.next(), Math.max(0, nextLook - performance.now()));
      await setTimeout(pause, undefined, { signal: this.#closing.signal }).catch(() => {});
    }
  }

  #queue(): Queue {
    const batches = [...this.#batches()];
    if (batches.length === 0) return 'empty';
    return batches.some((batch) => batch.started() < batch.size) ? 'waiting' : 'running';
  }

  async #submit(jobs: readonly Job[]): Promise<void> {
    const { home, element: program, workplace, options, emit } = this.#frontEnd;
    const elements = elementsOf(jobs, options.cpus, this.#maxElements);
    const batch = await Batch.intend(home, {
      elements,
      node: options.node,
      around: { program, slots: options.cpus, workplace },
    });
    for (const [recipe, element] of batch.open) this.#handed.set(recipe, { batch, element });
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
    const awaited = new Map<Batch, Set<number>>();
    for (const recipe of this.#waiting.keys()) {
      const handed = this.#handed.get(recipe);
      if (handed === undefined) continue;
      const elements = awaited.get(handed.batch) ?? new Set();
      awaited.set(handed.batch, elements.add(handed.element));
    }
    const over = await this.#watch.look(awaited);
    // What came while Slurm was asked is there all the same.
    while (over.length > 0 && this.#takeResults());
    for (const [batch, elements] of group(over, ({ batch }) => batch)) await this.#giveUp(batch, elements);
  }

  /** Takes elements away from the nodes. What Slurm has lost with them is handed over again, a few times; the rest has failed. */
  async #giveUp(batch: Batch, over: readonly Over[]): Promise<void> {
    const elements = new Set(over.map(({ element }) => element));
    const isWhole = [...batch.open.values()].every((element) => elements.has(element));
    const lost = over.flatMap((element) => this.#giveUpElement(element));
    if (lost.length === 0) return;
    const ids = over.flatMap((element) => element.ids);
    // Slurm may come to know them again.
    if (isWhole || ids.length > 0) await cancelLost(batch.name, ids);
    for (const job of lost) this.#ready.add(job);
    const states = over.flatMap(({ vigil }) => (vigil.isLost ? [vigil.state ?? 'never seen'] : []));
    this.#frontEnd.emit({ event: 'batch-lost', batch: batch.name, stages: lost.length, states: [...new Set(states)] });
  }

  /** @returns the jobs that may fare better another time. */
  #giveUpElement({ batch, element, vigil }: Over): Job[] {
    const recipes = [...batch.open].filter(([recipe, its]) => its === element && this.#waiting.has(recipe));
    if (recipes.length > 0) batch.close(element);
    const refusal = vigil.state === undefined ? this.#refusals.get(batch) : undefined;
    return recipes.flatMap(([recipe]) => {
      const [waiting] = this.#waiting.get(recipe) ?? [];
      const attempts = (this.#lost.get(recipe) ?? 0) + 1;
      if (waiting !== undefined && vigil.isLost && refusal === undefined && attempts < ATTEMPTS) {
        this.#lost.set(recipe, attempts);
        this.forget(recipe);
        return [waiting.job];
      }
      const why = refusal === undefined ? whyOver(vigil) : `Slurm did not take its job: ${refusal}`;
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
  #batches(): Set<Batch> {
    return new Set([...this.#waiting.keys()].flatMap((recipe) => this.#handed.get(recipe)?.batch ?? []));
  }
}

function whyOver({ state, isLost }: Vigil): string {
  if (!isLost) return `its job ended in Slurm (${state}), and left no result of it`;
  const last = state === undefined ? '' : `, the last of which was ${state}`;
  return `Slurm has lost ${ATTEMPTS} jobs of it${last}: run it again`;
}
