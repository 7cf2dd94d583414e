import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import pLimit from 'p-limit';
import { assess, type Stale } from './assess.ts';
import type { Checkout } from './checkout.ts';
import type { Digest } from './digest.ts';
import { describeError } from './errors.ts';
import type { Emit, Summary } from './events.ts';
import { type Execution, execute, type Failure, keep } from './execution.ts';
import type { Executor } from './executor.ts';
import { writeFileAtomically } from './files.ts';
import { type Graph, type Stage, upstreamOf } from './graph.ts';
import type { RunOptions } from './kind.ts';
import type { LedgerResult } from './ledger.ts';
import { inputDigestsOf } from './recipe.ts';

export interface RunRequest {
  readonly checkout: Checkout;
  /** The stages to bring up to date. */
  readonly graph: Graph;
  /** Those that run even if they are fresh. */
  readonly forced: ReadonlySet<Stage>;
  /** Whether a failure stops only what depends on it, and not all that has not started. */
  readonly keepGoing: boolean;
  readonly options: RunOptions;
  readonly executor: Executor;
  readonly emit: Emit;
  /** Ends the run, with all that it has started. */
  readonly signal: AbortSignal;
}

/** How a run went, and what every stage that did not fail holds now. */
export interface RunOutcome {
  readonly summary: Summary;
  readonly results: ReadonlyMap<Stage, LedgerResult>;
}

/** Brings every stage of the graph up to date, running only those whose recipe gave no result yet. */
export function runGraph(request: RunRequest): Promise<RunOutcome> {
  return new Run(request).outcome();
}

type Status = 'ran' | 'restored' | 'fresh' | 'failed' | 'skipped';

class Run {
  readonly #request: RunRequest;
  readonly #limit: ReturnType<typeof pLimit>;
  readonly #statuses = new Map<Stage, Promise<Status>>();
  readonly #results = new Map<Stage, LedgerResult>();
  readonly #outputs = new Map<Stage, Readonly<Record<string, Digest>>>();
  #firstFailure: string | undefined;
  #savedSeconds = 0;

  constructor(request: RunRequest) {
    this.#request = request;
    this.#limit = pLimit(request.executor.slots);
  }

  async outcome(): Promise<RunOutcome> {
    const { graph, executor, emit, signal } = this.#request;
    const start = performance.now();
    const close = () => void executor.close();
    signal.addEventListener('abort', close);
    emit({ event: 'started', stages: graph.size, workers: executor.slots });
    for (const stage of graph.values()) this.#statuses.set(stage, this.#settle(stage));
    const lists: Record<Status, string[]> = { ran: [], restored: [], fresh: [], failed: [], skipped: [] };
    for (const [stage, status] of this.#statuses) lists[await status].push(stage.name);
    signal.removeEventListener('abort', close);
    await executor.close();
    const seconds = (performance.now() - start) / 1000;
    const ending = { interrupted: signal.aborted, seconds, savedSeconds: this.#savedSeconds };
    const summary: Summary = { event: 'summary', ...lists, ...ending };
    return { summary, results: this.#results };
  }

  async #settle(stage: Stage): Promise<Status> {
    for (const upstream of upstreamOf(stage)) {
      const status = await this.#statuses.get(upstream);
      if (status === 'failed' || status === 'skipped') return this.#skip(stage, `${upstream.name} ${status}`);
    }
    try {
      return await this.#bringUpToDate(stage);
    } catch (error) {
      return this.#fail(stage, { message: describeError(error) });
    }
  }

  #bringUpToDate(stage: Stage): Status | Promise<Status> {
    const { checkout, forced } = this.#request;
    const assessment = assess(checkout, stage, inputDigestsOf(stage, this.#outputs), forced.has(stage));
    if (assessment.state === 'fresh') return this.#conclude(stage, assessment.result, 'fresh');
    if (assessment.restorable !== undefined) return this.#restore(stage, assessment, assessment.restorable);
    return this.#run(stage, assessment);
  }

  async #run(stage: Stage, stale: Stale): Promise<Status> {
    const { checkout, emit, signal } = this.#request;
    const execution = await this.#limit(() => (this.#mayStart() ? this.#execute(stage, stale) : undefined));
    if (signal.aborted && !execution?.ok) return this.#skip(stage, 'the run was interrupted');
    if (execution === undefined) return this.#skip(stage, `${this.#firstFailure} failed`);
    if (!execution.ok) return this.#fail(stage, execution);
    // To write the outputs takes long: first the next stage goes to the worker that is free now.
    await setImmediate();
    const kept = keep(checkout, execution);
    if (!kept.ok) return this.#fail(stage, kept);
    const { seconds, peakBytes } = execution;
    emit({ event: 'stage-ran', stage: stage.name, seconds, peakBytes });
    return this.#conclude(stage, kept.result, 'ran');
  }

  #mayStart(): boolean {
    const { signal, keepGoing } = this.#request;
    return !signal.aborted && (keepGoing || this.#firstFailure === undefined);
  }

  async #execute(stage: Stage, { reasons, recipe }: Stale): Promise<Execution | Failure> {
    const { checkout, executor, options, emit } = this.#request;
    for (const reason of reasons) {
      // Another stage that made the same bytes may have seen to it meanwhile.
      if (reason.reason !== 'object-damaged' || checkout.store.stateOf(reason.digest) !== 'damaged') continue;
      this.#setAside(reason.digest, `${stage.name}#${reason.output}`);
    }
    emit({ event: 'stage-started', stage: stage.name, reasons });
    const execution = await execute(checkout, executor, stage, recipe, options, (progress) =>
      emit({ event: 'stage-progress', stage: stage.name, ...progress }),
    );
    // Before the next stage could start.
    if (!execution.ok) this.#firstFailure ??= stage.name;
    return execution;
  }

  #restore(stage: Stage, { reasons }: Stale, result: LedgerResult): Status {
    const { store, place, ledger } = this.#request.checkout;
    for (const [output, digest] of Object.entries(result.outputs)) this.#mendObject(stage, output, digest);
    place.put(stage, result.outputs, store);
    const last = ledger.lastResult(stage.name, place.folder);
    if (last?.recipe !== result.recipe || last.place !== place.folder) {
      ledger.recordAgain(result, stage.name, place.folder);
    }
    this.#savedSeconds += result.seconds;
    this.#request.emit({ event: 'stage-restored', stage: stage.name, reasons, savedSeconds: result.seconds });
    return this.#conclude(stage, result, 'restored');
  }

  /** Replaces an object that is damaged or missing by the copy that is in place. */
  #mendObject(stage: Stage, output: string, digest: Digest): void {
    const { store, place } = this.#request.checkout;
    const state = store.stateOf(digest);
    if (state === 'whole') return;
    if (state === 'damaged') this.#setAside(digest, `${stage.name}#${output}`);
    const copy = place.intactCopy(stage, output, digest);
    if (copy !== undefined) store.add(copy);
  }

  /** A log is no result: nothing runs again for one that is lost or damaged. The record is given an empty one. */
  #mendLog(stage: Stage, result: LedgerResult): LedgerResult {
    const { store, ledger, place } = this.#request.checkout;
    const state = store.stateOf(result.log);
    if (state === 'whole') return result;
    if (state === 'damaged') this.#setAside(result.log, `the log of ${stage.name}`);
    const empty = join(store.scratchFolder, 'empty.txt');
    writeFileAtomically(empty, '');
    return ledger.recordAgain({ ...result, log: store.add(empty) }, stage.name, place.folder);
  }

  #setAside(digest: Digest, what: string): void {
    const { store } = this.#request.checkout;
    this.#request.emit({ event: 'set-aside', what, path: store.setAside(store.pathOf(digest)) });
  }

  #conclude(stage: Stage, result: LedgerResult, status: Status): Status {
    this.#results.set(stage, this.#mendLog(stage, result));
    this.#outputs.set(stage, result.outputs);
    if (status === 'fresh') this.#request.emit({ event: 'stage-fresh', stage: stage.name });
    return status;
  }

  #skip(stage: Stage, because: string): Status {
    this.#request.emit({ event: 'stage-skipped', stage: stage.name, because });
    return 'skipped';
  }

  #fail(stage: Stage, failure: Omit<Failure, 'ok'>): Status {
    this.#firstFailure ??= stage.name;
    const { message, log } = failure;
    this.#request.emit({ event: 'stage-failed', stage: stage.name, message, ...(log === undefined ? {} : { log }) });
    return 'failed';
  }
}
