import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import pLimit from 'p-limit';
import { assess, type Stale } from './assess.ts';
import type { OwnCheckout } from './checkout.ts';
import type { Digest } from './digest.ts';
import { type Divergence, divergenceOf } from './divergence.ts';
import { describeError } from './errors.ts';
import type { Summary } from './events.ts';
import { type Execution, execute, type Failure, keepOutputs, recordExecution } from './execution.ts';
import type { Executor } from './executor.ts';
import { type Graph, type Stage, upstreamOf } from './graph.ts';
import type { RunOptions } from './kind.ts';
import type { LedgerResult } from './ledger.ts';
import { type Lock, lockedResults } from './lock-file.ts';
import type { Session } from './session.ts';

export interface RunRequest {
  readonly session: Session;
  /** The stages to bring up to date. */
  readonly graph: Graph;
  /** Those that run even if they are fresh. */
  readonly forced: ReadonlySet<Stage>;
  /** Those that may give other bytes than their recipe gave before. */
  readonly accepted: ReadonlySet<Stage>;
  /** What the lock says that recipes give, if there is one. */
  readonly lock: Lock | undefined;
  /** Whether a failure stops only what depends on it, and not all that has not started. */
  readonly keepGoing: boolean;
  readonly options: RunOptions;
  readonly executor: Executor;
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
  readonly #checkout: OwnCheckout;
  readonly #locked: ReadonlyMap<Digest, Readonly<Record<string, Digest>>>;
  readonly #results = new Map<Stage, LedgerResult>();
  #firstFailure: string | undefined;
  #savedSeconds = 0;

  constructor(request: RunRequest) {
    this.#request = request;
    this.#checkout = request.session.checkout;
    this.#locked = request.lock === undefined ? new Map() : lockedResults(request.lock);
    this.#limit = pLimit(request.executor.slots);
  }

  async outcome(): Promise<RunOutcome> {
    const { graph, executor, session, signal } = this.#request;
    const start = performance.now();
    const close = () => void executor.close();
    signal.addEventListener('abort', close);
    session.emit({ event: 'started', stages: graph.size, workers: executor.slots });
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
    const outputsOf = (upstream: Stage) => this.#results.get(upstream)?.outputs;
    const assessment = assess(this.#checkout, stage, outputsOf, this.#request.forced.has(stage));
    if (assessment.state === 'unknown') throw new Error(`${stage.name} is due before what it is built from`);
    if (assessment.state === 'fresh') return this.#take(stage, assessment.result, () => 'fresh');
    const { restorable } = assessment;
    if (restorable === undefined) return this.#run(stage, assessment);
    return this.#take(stage, restorable, () => this.#restore(stage, assessment, restorable));
  }

  /** Takes the result that a recipe gave before, unless the lock says that it gives another. */
  #take(stage: Stage, result: LedgerResult, conclude: () => Status): Status {
    const locked = this.#locked.get(result.recipe);
    const divergence = locked && divergenceOf(this.#checkout, stage, 'lock', locked, result.outputs);
    if (divergence !== undefined && !this.#accepts(stage, divergence)) return 'failed';
    const status = conclude();
    return this.#conclude(stage, result, status);
  }

  async #run(stage: Stage, stale: Stale): Promise<Status> {
    const { session, signal } = this.#request;
    const execution = await this.#limit(() => (this.#mayStart() ? this.#execute(stage, stale) : undefined));
    if (signal.aborted && !execution?.ok) return this.#skip(stage, 'the run was interrupted');
    if (execution === undefined) return this.#skip(stage, `${this.#firstFailure} failed`);
    if (!execution.ok) return this.#fail(stage, execution);
    // Writing the outputs takes long, so the worker that is free now gets its next stage first.
    await setImmediate();
    const outputs = keepOutputs(this.#checkout, execution);
    const divergence = this.#divergence(stage, execution.recipe.digest, outputs);
    if (divergence !== undefined && !this.#accepts(stage, divergence)) return 'failed';
    const result = recordExecution(this.#checkout, execution, outputs);
    const { seconds, peakBytes } = execution;
    session.emit({ event: 'stage-ran', stage: stage.name, seconds, peakBytes });
    return this.#conclude(stage, result, 'ran');
  }

  /** How what a recipe gives now differs from what it gave before, as the ledger and the lock have it. */
  #divergence(stage: Stage, recipe: Digest, now: Readonly<Record<string, Digest>>): Divergence | undefined {
    const recorded = this.#checkout.ledger.lastSeen(recipe)?.outputs;
    const locked = this.#locked.get(recipe);
    return (
      (locked && divergenceOf(this.#checkout, stage, 'lock', locked, now)) ??
      (recorded && divergenceOf(this.#checkout, stage, 'ledger', recorded, now))
    );
  }

  /** Whether a divergence may stand; where not, the stage has failed. */
  #accepts(stage: Stage, divergence: Divergence): boolean {
    const { accepted, session } = this.#request;
    if (accepted.has(stage)) {
      session.emit({ event: 'stage-accepted', stage: stage.name, divergence });
      return true;
    }
    this.#firstFailure ??= stage.name;
    session.emit({ event: 'stage-diverged', stage: stage.name, divergence });
    return false;
  }

  #mayStart(): boolean {
    const { signal, keepGoing } = this.#request;
    return !signal.aborted && (keepGoing || this.#firstFailure === undefined);
  }

  async #execute(stage: Stage, { reasons, recipe }: Stale): Promise<Execution | Failure> {
    const { executor, options, session } = this.#request;
    for (const reason of reasons) {
      // Another stage that made the same bytes may have mended the object meanwhile.
      if (reason.reason !== 'object-damaged' || this.#checkout.store.stateOf(reason.digest) !== 'damaged') continue;
      this.#setAside(reason.digest, `${stage.name}#${reason.output}`);
    }
    session.emit({ event: 'stage-started', stage: stage.name, reasons });
    const execution = await execute(this.#checkout, executor, stage, recipe, options, (progress) =>
      session.emit({ event: 'stage-progress', stage: stage.name, ...progress }),
    );
    // Set here, before the next stage can start.
    if (!execution.ok) this.#firstFailure ??= stage.name;
    return execution;
  }

  #restore(stage: Stage, { reasons }: Stale, result: LedgerResult): Status {
    const { place, ledger } = this.#checkout;
    for (const [output, digest] of Object.entries(result.outputs)) this.#mendObject(stage, output, digest);
    place.put(stage, result.outputs);
    const last = ledger.lastResult(stage.name, place.folder);
    if (last?.recipe !== result.recipe || last.place !== place.folder) {
      ledger.recordAgain(result, stage.name, place.folder);
    }
    this.#savedSeconds += result.seconds;
    const savedSeconds = result.seconds;
    this.#request.session.emit({ event: 'stage-restored', stage: stage.name, reasons, savedSeconds });
    return 'restored';
  }

  /** Replaces an object that is damaged or missing by a copy that is in place. */
  #mendObject(stage: Stage, output: string, digest: Digest): void {
    const { store, place } = this.#checkout;
    const state = store.stateOf(digest);
    if (state === 'whole') return;
    const copy = place.intactCopy(stage, output, digest);
    const contents = copy === undefined ? undefined : readFileSync(copy);
    if (state === 'damaged') this.#setAside(digest, `${stage.name}#${output}`);
    if (contents !== undefined) store.add(contents);
  }

  /** Replaces a log that is lost or damaged by an empty one. A log is no result, so nothing runs again for it. */
  #mendLog(stage: Stage, result: LedgerResult): LedgerResult {
    const { store, ledger, place } = this.#checkout;
    const state = store.stateOf(result.log);
    if (state === 'whole') return result;
    if (state === 'damaged') this.#setAside(result.log, `the log of ${stage.name}`);
    return ledger.recordAgain({ ...result, log: store.add(new Uint8Array()) }, stage.name, place.folder);
  }

  #setAside(digest: Digest, what: string): void {
    const { store } = this.#checkout;
    store.setAside(store.pathOf(digest), what);
  }

  #conclude(stage: Stage, result: LedgerResult, status: Status): Status {
    this.#results.set(stage, this.#mendLog(stage, result));
    if (status === 'fresh') this.#request.session.emit({ event: 'stage-fresh', stage: stage.name });
    return status;
  }

  #skip(stage: Stage, because: string): Status {
    this.#request.session.emit({ event: 'stage-skipped', stage: stage.name, because });
    return 'skipped';
  }

  #fail(stage: Stage, failure: Omit<Failure, 'ok'>): Status {
    this.#firstFailure ??= stage.name;
    const { message, log } = failure;
    this.#request.session.emit({
      event: 'stage-failed',
      stage: stage.name,
      message,
      ...(log === undefined ? {} : { log }),
    });
    return 'failed';
  }
}
