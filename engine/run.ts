import { readFileSync, rmSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import PQueue from 'p-queue';
import { assess, type Stale } from './assess.ts';
import type { OwnCheckout } from './checkout.ts';
import type { Digest } from './digest.ts';
import { type Divergence, divergenceOf, divergentOutput } from './divergence.ts';
import { describeError } from './errors.ts';
import type { Summary } from './events.ts';
import { type Execution, execute, type Failure, recordExecution } from './execution.ts';
import type { Executor } from './executor.ts';
import { reached } from './fault-points.ts';
import { type Graph, type Stage, upstreamOf } from './graph.ts';
import type { RunOptions } from './kind.ts';
import type { LedgerResult } from './ledger.ts';
import { type Lock, lockedResults } from './lock-file.ts';
import { expectedSeconds, ranksOf } from './ranks.ts';
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

type Outputs = Readonly<Record<string, Digest>>;
type Status = 'ran' | 'restored' | 'fresh' | 'failed' | 'skipped';

/** What stages are expected to take in seconds, their ranks, and what is left in all. */
interface Expectations {
  readonly seconds: ReadonlyMap<Stage, number>;
  readonly ranks: ReadonlyMap<Stage, number>;
  left: number;
}

class Run {
  readonly #request: RunRequest;
  readonly #queue: PQueue;
  /** Most runs start no stage, and need none. */
  #expected: Expectations | undefined;
  readonly #unsettled: Set<Stage>;
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
    this.#queue = new PQueue({ concurrency: request.executor.room });
    this.#unsettled = new Set(request.graph.values());
  }

  async outcome(): Promise<RunOutcome> {
    const { graph, executor, session, signal } = this.#request;
    const start = performance.now();
    const close = () => void executor.close();
    signal.addEventListener('abort', close);
    session.emit({ event: 'started', stages: graph.size, workers: executor.slots });
    for (const stage of graph.values()) {
      const status = this.#settle(stage).finally(() => this.#noteSettled(stage));
      this.#statuses.set(stage, status);
    }
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
    const madeBy = (upstream: Stage) => this.#results.get(upstream);
    const assessment = assess(this.#checkout, stage, madeBy, this.#request.forced.has(stage));
    if (assessment.state === 'unknown') throw new Error(`${stage.name} is due before what it is built from`);
    if (assessment.state === 'fresh')
      return this.#take(stage, assessment.result, () => this.#conclude(stage, assessment.result, 'fresh'));
    const { restorable } = assessment;
    if (restorable === undefined) return this.#run(stage, assessment);
    return this.#take(stage, restorable, () => this.#restore(stage, assessment, restorable));
  }

  /** Takes the result that a recipe gave before, unless the lock says that it gives another. */
  #take(stage: Stage, result: LedgerResult, conclude: () => Status | Promise<Status>): Status | Promise<Status> {
    const locked = this.#locked.get(result.recipe);
    const divergence = locked && divergenceOf(this.#checkout, stage, 'lock', locked, result.outputs);
    if (divergence !== undefined && !this.#accepts(stage, divergence)) return 'failed';
    return conclude();
  }

  async #run(stage: Stage, stale: Stale): Promise<Status> {
    const { session, signal } = this.#request;
    const execution = await this.#inTurn(stage, async () =>
      this.#mayStart() ? this.#execute(stage, stale) : undefined,
    );
    if (signal.aborted && !execution?.ok) return this.#skip(stage, 'the run was interrupted');
    if (execution === undefined) return this.#skip(stage, `${this.#firstFailure} failed`);
    if (!execution.ok) return this.#fail(stage, execution);
    // Writing the outputs takes long, so the worker that is free now gets its next stage first.
    await setImmediate();
    const { store, groupCommit, place, layout } = this.#checkout;
    const { recipe, seconds, peakBytes } = execution;
    const outputs = Object.fromEntries(
      Object.entries(execution.outputs).map(([output, bytes]) => [output, store.add(bytes)]),
    );
    const contradicted = this.#contradicted(stage, recipe.digest, outputs);
    if (contradicted !== undefined) {
      // Both sides stay in the store, for people to compare.
      await groupCommit.commit();
      this.#request.executor.forget(recipe.digest);
      const { witness, seen } = contradicted;
      const divergence = divergenceOf(this.#checkout, stage, witness, seen, outputs);
      if (divergence !== undefined && !this.#accepts(stage, divergence)) return 'failed';
    }
    const result = recordExecution(this.#checkout, execution, outputs);
    await groupCommit.commit();
    reached('stage:recorded');
    this.#request.executor.forget(recipe.digest);
    place.put(stage, outputs);
    rmSync(layout.failedLogOf(stage.name), { force: true });
    session.emit({ event: 'stage-ran', stage: stage.name, seconds, peakBytes });
    return this.#conclude(stage, result, 'ran');
  }

  /** Runs a task when the stage's turn comes. All that becomes ready in the same turn of the event loop is compared first. */
  #inTurn<Result>(stage: Stage, task: () => Promise<Result>): Promise<Result> {
    this.#queue.pause();
    void setImmediate().then(() => this.#queue.start());
    return this.#queue.add(task, { priority: this.#rankOf(stage) });
  }

  #rankOf(stage: Stage): number {
    return this.#expectations().ranks.get(stage) ?? 0;
  }

  #expectations(): Expectations {
    if (this.#expected === undefined) {
      const { graph } = this.#request;
      // As it is recorded now: a stage that has run since says how long it took, not how long it was expected to.
      const seconds = expectedSeconds(graph, this.#checkout.ledger, this.#checkout.place.folder);
      const left = [...this.#unsettled].reduce((sum, stage) => sum + (seconds.get(stage) ?? 0), 0);
      this.#expected = { seconds, ranks: ranksOf(graph, seconds), left };
    }
    return this.#expected;
  }

  #noteSettled(stage: Stage): void {
    this.#unsettled.delete(stage);
    if (this.#expected !== undefined) this.#expected.left -= this.#expected.seconds.get(stage) ?? 0;
  }

  /** What a recipe gave before, as the lock or the ledger has it, if it gives something else now. */
  #contradicted(
    stage: Stage,
    recipe: Digest,
    now: Outputs,
  ): { readonly witness: Divergence['witness']; readonly seen: Outputs } | undefined {
    const locked = this.#locked.get(recipe);
    if (locked !== undefined && divergentOutput(stage, locked, now)) return { witness: 'lock', seen: locked };
    const recorded = this.#checkout.ledger.lastSeen(recipe)?.outputs;
    if (recorded !== undefined && divergentOutput(stage, recorded, now)) return { witness: 'ledger', seen: recorded };
    return undefined;
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
    if (signal.aborted || this.#checkout.groupCommit.hasFailed) return false;
    return keepGoing || this.#firstFailure === undefined;
  }

  async #execute(stage: Stage, { reasons, recipe }: Stale): Promise<Execution | Failure> {
    const { executor, options, session } = this.#request;
    for (const reason of reasons) {
      // Another stage that made the same bytes may have mended the object meanwhile.
      if (reason.reason !== 'object-damaged' || this.#checkout.store.stateOf(reason.digest) !== 'damaged') continue;
      this.#setAside(reason.digest, `${stage.name}#${reason.output}`);
    }
    const secondsLeft = Math.max(0, this.#expectations().left) / executor.slots;
    session.emit({ event: 'stage-started', stage: stage.name, reasons, secondsLeft });
    const expectedSeconds = this.#expectations().seconds.get(stage) ?? 0;
    const execution = await execute(this.#checkout, executor, stage, recipe, expectedSeconds, options, (progress) =>
      session.emit({ event: 'stage-progress', stage: stage.name, ...progress }),
    );
    // Set here, before the next stage can start.
    if (!execution.ok) this.#firstFailure ??= stage.name;
    return execution;
  }

  async #restore(stage: Stage, { reasons }: Stale, result: LedgerResult): Promise<Status> {
    const { place, ledger, groupCommit } = this.#checkout;
    for (const [output, digest] of Object.entries(result.outputs)) this.#mendObject(stage, output, digest);
    const last = ledger.lastResult(stage.name, place.folder);
    if (last?.recipe !== result.recipe || last.place !== place.folder) {
      ledger.recordAgain(result, stage.name, place.folder);
    }
    await groupCommit.commit();
    place.put(stage, result.outputs);
    this.#savedSeconds += result.seconds;
    const savedSeconds = result.seconds;
    this.#request.session.emit({ event: 'stage-restored', stage: stage.name, reasons, savedSeconds });
    return this.#conclude(stage, result, 'restored');
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

  /** Forgets a log that is lost or damaged. A log is no result, so nothing runs again for it. */
  async #forgetLog(stage: Stage, { log = '', ...result }: LedgerResult): Promise<LedgerResult> {
    const { store, ledger, place, groupCommit } = this.#checkout;
    if (store.stateOf(log) === 'damaged') this.#setAside(log, `the log of ${stage.name}`);
    const mended = ledger.recordAgain(result, stage.name, place.folder);
    await groupCommit.commit();
    return mended;
  }

  #setAside(digest: Digest, what: string): void {
    const { store } = this.#checkout;
    store.setAside(store.pathOf(digest), what);
  }

  #conclude(stage: Stage, result: LedgerResult, status: Status): Status | Promise<Status> {
    const { log } = result;
    if (log === undefined || this.#checkout.store.stateOf(log) === 'whole')
      return this.#settleWith(stage, result, status);
    return this.#forgetLog(stage, result).then((mended) => this.#settleWith(stage, mended, status));
  }

  #settleWith(stage: Stage, result: LedgerResult, status: Status): Status {
    this.#results.set(stage, result);
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
