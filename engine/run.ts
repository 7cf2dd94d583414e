import { rmSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import PQueue from 'p-queue';
import { assess, type Stale } from './assess.ts';
import type { OwnCheckout } from './checkout.ts';
import type { Digest } from './digest.ts';
import { type Divergence, divergenceOf, divergentOutput } from './divergence.ts';
import { Elsewhere } from './elsewhere.ts';
import { describeError } from './errors.ts';
import { INTERRUPTED, type Summary } from './events.ts';
import { type Execution, execute, type Failure, recordExecution, recordFetched } from './execution.ts';
import type { Executor } from './executor.ts';
import { Expectations } from './expectations.ts';
import { reached } from './fault-points.ts';
import { type Graph, type Stage, upstreamOf, withUpstream } from './graph.ts';
import type { RunOptions } from './kind.ts';
import type { LedgerResult } from './ledger.ts';
import { type Lock, lockedResults } from './lock-file.ts';
import { forgetLog, restoreResult } from './restore.ts';
import type { Session } from './session.ts';
import type { Outputs, SharedStore } from './shared-store.ts';

/** How a run takes what others have made. */
export interface Sharing {
  readonly store: SharedStore;
  /** The stages whose outputs are to be here at the end. Of the others comes only what a stage that runs needs. */
  readonly wanted: ReadonlySet<Stage>;
  /** Whether nothing runs: what nobody has made is skipped. */
  readonly only: boolean;
}

export interface RunRequest {
  readonly session: Session;
  /** The stages to bring up to date. */
  readonly graph: Graph;
  /** Those to look at first, with all that they are built from: what is to run of these starts while the rest is looked at. */
  readonly first?: ReadonlySet<Stage>;
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
  readonly sharing?: Sharing;
}

/** What a stage holds, whether or not all of that is here. */
export type Result = Pick<LedgerResult, 'kind' | 'params' | 'recipe' | 'outputs' | 'log' | 'seconds'>;

/** How a run went, and what every stage holds that has its outputs here. */
export interface RunOutcome {
  readonly summary: Summary;
  readonly results: ReadonlyMap<Stage, Result>;
}

/** Brings every stage of the graph up to date, running only those whose recipe gave no result yet. */
export function runGraph(request: RunRequest): Promise<RunOutcome> {
  return new Run(request).outcome();
}

/** How a stage has ended that has all its outputs here. */
const HELD: ReadonlySet<Status> = new Set(['ran', 'restored', 'fetched', 'fresh']);

type Status = 'ran' | 'restored' | 'fetched' | 'known' | 'fresh' | 'failed' | 'skipped';

class Run {
  readonly #request: RunRequest;
  readonly #queue: PQueue;
  /** Most runs start no stage, and need none. */
  #expected: Expectations | undefined;
  readonly #unsettled: Set<Stage>;
  readonly #statuses = new Map<Stage, Promise<Status>>();
  readonly #checkout: OwnCheckout;
  readonly #locked: ReadonlyMap<Digest, Outputs>;
  readonly #results = new Map<Stage, Result>();
  readonly #elsewhere: Elsewhere | undefined;
  /** The stages of which only the digests of the outputs are known here. */
  readonly #known = new Map<Stage, Stale>();
  /** What recipes gave by the word of others. */
  readonly #believed = new Map<Digest, Outputs>();
  #firstFailure: string | undefined;
  #savedSeconds = 0;

  constructor(request: RunRequest) {
    this.#request = request;
    this.#checkout = request.session.checkout;
    this.#locked = request.lock === undefined ? new Map() : lockedResults(request.lock);
    this.#elsewhere = request.sharing && new Elsewhere(this.#checkout, request.sharing.store);
    this.#queue = new PQueue({ concurrency: request.executor.room });
    this.#unsettled = new Set(request.graph.values());
  }

  async outcome(): Promise<RunOutcome> {
    const { graph, executor, session, signal } = this.#request;
    const start = performance.now();
    const close = () => void executor.close();
    signal.addEventListener('abort', close);
    session.emit({ event: 'started', stages: graph.size, workers: executor.slots });
    await this.#startFirst();
    this.#start(graph);
    await Promise.all(this.#statuses.values());
    const lists: Record<Status, string[]> = {
      ran: [],
      restored: [],
      fetched: [],
      known: [],
      fresh: [],
      failed: [],
      skipped: [],
    };
    // Read only now: a stage that is known may have had to run for the sake of another.
    const results = new Map<Stage, Result>();
    for (const [stage, pending] of this.#statuses) {
      const status = await pending;
      lists[status].push(stage.name);
      const result = this.#results.get(stage);
      if (result !== undefined && HELD.has(status)) results.set(stage, result);
    }
    signal.removeEventListener('abort', close);
    await executor.close();
    const seconds = (performance.now() - start) / 1000;
    const ending = { interrupted: signal.aborted, seconds, savedSeconds: this.#savedSeconds };
    const summary: Summary = { event: 'summary', ...lists, ...ending };
    return { summary, results };
  }

  async #startFirst(): Promise<void> {
    const { graph, first = new Set() } = this.#request;
    if (first.size === 0) return;
    this.#start(withUpstream(graph, first));
    // One turn to look at them, and one for what is then due.
    await setImmediate();
    await setImmediate();
  }

  /** Has the stages of a part of the graph settle that have not begun to. */
  #start(part: Graph): void {
    for (const stage of part.values()) {
      if (this.#statuses.has(stage)) continue;
      const status = this.#settle(stage).finally(() => this.#noteSettled(stage));
      this.#statuses.set(stage, status);
    }
  }

  async #settle(stage: Stage): Promise<Status> {
    for (const upstream of upstreamOf(stage)) {
      const status = await this.#statuses.get(upstream);
      const isLost = (status === 'failed' || status === 'skipped') && !this.#results.has(upstream);
      if (isLost) return this.#skip(stage, `${upstream.name} ${status}`);
    }
    return this.#orFail(stage, () => this.#bringUpToDate(stage));
  }

  /** Does some work on a stage. An error is a failure of the stage. */
  async #orFail(stage: Stage, work: () => Status | Promise<Status>): Promise<Status> {
    try {
      return await work();
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
    if (restorable !== undefined)
      return this.#take(stage, restorable, () => this.#restore(stage, assessment, restorable));
    const { sharing, accepted } = this.#request;
    // What may give other bytes than anybody says is to give them.
    if (sharing === undefined || this.#elsewhere === undefined || accepted.has(stage))
      return this.#run(stage, assessment);
    return this.#fetchOrRun(stage, assessment, sharing, this.#elsewhere);
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
    // The engine makes provenance of digests alone.
    const lost = stale.recipe.slice === undefined ? await this.#bringInputs(stage) : undefined;
    if (signal.aborted) return this.#skip(stage, INTERRUPTED);
    if (lost !== undefined) return this.#skip(stage, `${lost.name} did not run to its end`);
    const execution = await this.#inTurn(stage, async () =>
      this.#mayStart() ? this.#execute(stage, stale) : undefined,
    );
    if (signal.aborted && !execution?.ok) return this.#skip(stage, INTERRUPTED);
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

  /** Takes what others have made by a recipe: the bytes if they are wanted, else only their digests. What nobody has made runs. */
  async #fetchOrRun(stage: Stage, stale: Stale, sharing: Sharing, elsewhere: Elsewhere): Promise<Status> {
    const { store, wanted, only } = sharing;
    const { session, signal } = this.#request;
    const outputs = await elsewhere.outputsOf(stage, stale);
    if (outputs !== undefined) {
      const { digest: recipe, kind, params } = stale.recipe;
      this.#results.set(stage, { kind, params, recipe, outputs });
      this.#believed.set(recipe, outputs);
      if (!wanted.has(stage)) {
        this.#known.set(stage, stale);
        this.#checkout.place.clear(stage, outputs);
        session.emit({ event: 'stage-known', stage: stage.name });
        return 'known';
      }
      if (await elsewhere.bringOutputs(stage, outputs)) return this.#keepFetched(stage, stale, outputs, store.name);
    }
    if (only) return this.#skip(stage, signal.aborted ? INTERRUPTED : `it could not be fetched from ${store.name}`);
    this.#results.delete(stage);
    return this.#run(stage, stale);
  }

  async #keepFetched(stage: Stage, { recipe, reasons }: Stale, outputs: Outputs, from: string): Promise<Status> {
    const { groupCommit, place } = this.#checkout;
    const result = recordFetched(this.#checkout, stage, recipe, outputs, from);
    await groupCommit.commit();
    place.put(stage, outputs);
    this.#request.session.emit({ event: 'stage-fetched', stage: stage.name, reasons });
    return this.#conclude(stage, result, 'fetched');
  }

  /** Brings what a stage reads from elsewhere, and runs what makes the rest. @returns a stage that has not, if any. */
  async #bringInputs(stage: Stage): Promise<Stage | undefined> {
    const lacking = await this.#elsewhere?.bringInputs(stage, (upstream) => this.#results.get(upstream));
    const produced = (lacking ?? []).map(async ({ stage: upstream, output }) =>
      (await this.#produce(upstream, output)) === 'ran' ? undefined : upstream,
    );
    return (await Promise.all(produced)).find((upstream) => upstream !== undefined);
  }

  /** Runs a stage of which only the digests were known, since the bytes of an output are not to be had. */
  #produce(stage: Stage, output: string): Promise<Status> | undefined {
    const stale = this.#known.get(stage);
    if (stale !== undefined) {
      this.#known.delete(stage);
      const reasons = [{ reason: 'object-missing', output }] as const;
      this.#statuses.set(
        stage,
        this.#orFail(stage, () => this.#run(stage, { ...stale, reasons })),
      );
    }
    return this.#statuses.get(stage);
  }

  /** Runs a task when the stage's turn comes. All that becomes ready in the same turn of the event loop is compared first. */
  #inTurn<Result>(stage: Stage, task: () => Promise<Result>): Promise<Result> {
    this.#queue.pause();
    void setImmediate().then(() => this.#queue.start());
    return this.#queue.add(task, { priority: this.#expectations().rankOf(stage) });
  }

  #expectations(): Expectations {
    this.#expected ??= new Expectations(this.#checkout, this.#request.graph, this.#unsettled);
    return this.#expected;
  }

  #noteSettled(stage: Stage): void {
    this.#unsettled.delete(stage);
    this.#expected?.noteSettled(stage);
  }

  /** What a recipe gave before, as the lock, the ledger or others have it, if it gives something else now. */
  #contradicted(
    stage: Stage,
    recipe: Digest,
    now: Outputs,
  ): { readonly witness: Divergence['witness']; readonly seen: Outputs } | undefined {
    const locked = this.#locked.get(recipe);
    if (locked !== undefined && divergentOutput(stage, locked, now)) return { witness: 'lock', seen: locked };
    const recorded = this.#checkout.ledger.lastSeen(recipe)?.outputs;
    if (recorded !== undefined && divergentOutput(stage, recorded, now)) return { witness: 'ledger', seen: recorded };
    const believed = this.#believed.get(recipe);
    if (believed !== undefined && divergentOutput(stage, believed, now)) return { witness: 'remote', seen: believed };
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
      if (reason.reason !== 'object-damaged') continue;
      this.#checkout.store.setAsideDamaged(reason.digest, `${stage.name}#${reason.output}`);
    }
    const secondsLeft = this.#expectations().left / executor.slots;
    session.emit({ event: 'stage-started', stage: stage.name, reasons, secondsLeft });
    const expectedSeconds = this.#expectations().secondsOf(stage);
    const execution = await execute(this.#checkout, executor, stage, recipe, expectedSeconds, options, (progress) =>
      session.emit({ event: 'stage-progress', stage: stage.name, ...progress }),
    );
    // Set here, before the next stage can start.
    if (!execution.ok) this.#firstFailure ??= stage.name;
    return execution;
  }

  async #restore(stage: Stage, { reasons }: Stale, result: LedgerResult): Promise<Status> {
    await restoreResult(this.#checkout, stage, result);
    const savedSeconds = result.seconds ?? 0;
    this.#savedSeconds += savedSeconds;
    this.#request.session.emit({ event: 'stage-restored', stage: stage.name, reasons, savedSeconds });
    return this.#conclude(stage, result, 'restored');
  }

  #conclude(stage: Stage, result: LedgerResult, status: Status): Status | Promise<Status> {
    const { log } = result;
    if (log === undefined || this.#checkout.store.stateOf(log) === 'whole')
      return this.#settleWith(stage, result, status);
    return forgetLog(this.#checkout, stage, result).then((mended) => this.#settleWith(stage, mended, status));
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
