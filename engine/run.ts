import { rmSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { assess, type Stale } from './assess.ts';
import type { OwnCheckout } from './checkout.ts';
import type { Divergence } from './divergence.ts';
import { describeError } from './errors.ts';
import { INTERRUPTED, noStages, type StagesByStatus, type Status } from './events.ts';
import { type Execution, execute, type Failure, recordExecution } from './execution.ts';
import { reached } from './fault-points.ts';
import { Fetching } from './fetching.ts';
import type { Stage } from './graph.ts';
import type { LedgerResult } from './ledger-entry.ts';
import { Past } from './past.ts';
import { forgetLog, restoreResult } from './restore.ts';
import type { Result, RunOutcome, RunRequest } from './run-request.ts';
import { Turns } from './turns.ts';

/** Brings every stage of the graph up to date, running only those whose recipe gave no result yet. */
export function runGraph(request: RunRequest): Promise<RunOutcome> {
  return new Run(request).outcome();
}

/** How stages have ended whose outputs are all here. */
const HELD: ReadonlySet<Status> = new Set(['ran', 'restored', 'fetched', 'fresh']);

/** One run: each stage settles once all that it is built from has. */
class Run {
  readonly #request: RunRequest;
  readonly #checkout: OwnCheckout;
  readonly #past: Past;
  readonly #turns: Turns;
  readonly #fetching: Fetching | undefined;
  readonly #statuses = new Map<Stage, Promise<Status>>();
  readonly #results = new Map<Stage, Result>();
  /** What earlier runs found of stages that this one has not looked at yet. */
  readonly #earlier = new Map<Stage, Result>();
  readonly #madeBy = (stage: Stage): Result | undefined => this.#results.get(stage) ?? this.#earlier.get(stage);
  #firstFailure: string | undefined;
  #savedSeconds = 0;

  constructor(request: RunRequest) {
    const { session, graph, executor, lock, sharing } = request;
    this.#request = request;
    this.#checkout = session.checkout;
    this.#past = new Past(session.checkout, lock);
    this.#turns = new Turns(session.checkout, graph, executor.room);
    this.#fetching = sharing && new Fetching(session.checkout, sharing, this.#past, session.emit);
  }

  async outcome(): Promise<RunOutcome> {
    const { graph, executor, session, signal } = this.#request;
    const start = performance.now();
    const close = () => void executor.close();
    signal.addEventListener('abort', close);
    session.emit({ event: 'started', stages: graph.size, workers: executor.slots });
    try {
      await this.#startFirst();
      this.#start(graph.values());
      await Promise.all(this.#statuses.values());
      const { lists, results } = await this.#ending();
      const seconds = (performance.now() - start) / 1000;
      const ending = { interrupted: signal.aborted, seconds, savedSeconds: this.#savedSeconds };
      return { summary: { event: 'summary', ...lists, ...ending }, results };
    } finally {
      signal.removeEventListener('abort', close);
      await executor.close();
    }
  }

  /** Has the stages settle that can start before all that they are built from was looked at. */
  async #startFirst(): Promise<void> {
    const { graph, earlier, forced } = this.#request;
    const startable = earlier?.startable(this.#checkout, this.#past, graph, forced);
    if (startable === undefined || startable.size === 0) return;
    for (const results of startable.values()) for (const [stage, result] of results) this.#earlier.set(stage, result);
    this.#start(startable.keys());
    // One turn of the event loop to look at them, and one for those that are due then.
    await setImmediate();
    await setImmediate();
  }

  /** Has stages settle, but for those that have begun to. */
  #start(stages: Iterable<Stage>): void {
    for (const stage of stages) {
      if (this.#statuses.has(stage)) continue;
      const status = this.#settle(stage).finally(() => this.#turns.noteSettled(stage));
      this.#statuses.set(stage, status);
    }
  }

  /** How all stages have ended, and what those give whose outputs are here. */
  async #ending(): Promise<{ lists: StagesByStatus; results: Map<Stage, Result> }> {
    const lists = noStages();
    const results = new Map<Stage, Result>();
    // A stage that was left known may have run since for the sake of another: its last status counts.
    for (const [stage, pending] of this.#statuses) {
      const status = await pending;
      lists[status].push(stage.name);
      const result = this.#results.get(stage);
      if (result !== undefined && HELD.has(status)) results.set(stage, result);
    }
    return { lists, results };
  }

  /** Waits for all that a stage is built from, and brings the stage up to date. */
  async #settle(stage: Stage): Promise<Status> {
    for (const upstream of stage.upstream) {
      const status = await this.#statuses.get(upstream);
      const gaveNothing = (status === 'failed' || status === 'skipped') && !this.#results.has(upstream);
      if (gaveNothing) return this.#skip(stage, `${upstream.name} ${status}`);
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

  /** Finds a stage fresh, restores it, fetches it or runs it, whichever comes first. */
  #bringUpToDate(stage: Stage): Status | Promise<Status> {
    const assessment = assess(this.#checkout, stage, this.#madeBy, this.#request.forced.has(stage));
    if (assessment === undefined) throw new Error(`${stage.name} is due before what it is built from`);
    if (assessment.state === 'fresh')
      return this.#take(stage, assessment.result, () => this.#conclude(stage, assessment.result, 'fresh'));
    const { restorable } = assessment;
    if (restorable !== undefined)
      return this.#take(stage, restorable, () => this.#restore(stage, assessment, restorable));
    // A stage whose divergence is accepted is to make its own bytes, whatever others have.
    const isAccepted = this.#request.accepted.has(stage);
    if (this.#fetching === undefined || isAccepted) return this.#run(stage, assessment);
    return this.#fetchOrRun(stage, assessment, this.#fetching);
  }

  /** Takes the result that a recipe gave before, and concludes with it, unless the lock says that it gives another. */
  #take(stage: Stage, result: LedgerResult, conclude: () => Status | Promise<Status>): Status | Promise<Status> {
    const divergence = this.#past.divergenceFromLock(stage, result);
    if (divergence !== undefined && !this.#accepts(stage, divergence)) return 'failed';
    return conclude();
  }

  /** Runs a stage when its turn comes, and keeps what it makes. */
  async #run(stage: Stage, stale: Stale): Promise<Status> {
    const { signal } = this.#request;
    // A stage of provenance reads no bytes: the engine makes it of digests alone.
    const lost = stale.recipe.slice === undefined ? await this.#bringInputs(stage) : undefined;
    if (signal.aborted) return this.#skip(stage, INTERRUPTED);
    if (lost !== undefined) return this.#skip(stage, `${lost.name} did not run to its end`);
    const execution = await this.#turns.take(stage, async () =>
      this.#mayStart() ? this.#execute(stage, stale) : undefined,
    );
    if (signal.aborted && !execution?.ok) return this.#skip(stage, INTERRUPTED);
    if (execution === undefined) return this.#skip(stage, `${this.#firstFailure} failed`);
    if (!execution.ok) return this.#fail(stage, execution);
    // Writing the outputs takes long. First the worker that is free now gets its next stage.
    await setImmediate();
    return this.#keep(stage, execution);
  }

  /** Keeps what a stage has made, unless its recipe gave something else before. */
  async #keep(stage: Stage, execution: Execution): Promise<Status> {
    const { store, groupCommit, place, layout } = this.#checkout;
    const { executor, session } = this.#request;
    const { recipe, seconds, peakBytes } = execution;
    const outputs = Object.fromEntries(
      Object.entries(execution.outputs).map(([output, bytes]) => [output, store.add(bytes)]),
    );
    if (this.#past.isContradicted(stage, recipe.digest, outputs)) {
      // Both sides stay in the store, for people to compare.
      await groupCommit.commit();
      executor.forget(recipe.digest);
      const divergence = this.#past.divergence(stage, recipe.digest, outputs);
      if (divergence !== undefined && !this.#accepts(stage, divergence)) return 'failed';
    }
    const result = recordExecution(this.#checkout, execution, outputs);
    await groupCommit.commit();
    reached('stage:recorded');
    executor.forget(recipe.digest);
    place.put(stage, outputs);
    rmSync(layout.failedLogOf(stage.name), { force: true });
    session.emit({ event: 'stage-ran', stage: stage.name, seconds, peakBytes });
    return this.#conclude(stage, result, 'ran');
  }

  /** Takes what others have made: the bytes if they are wanted, else only their digests. What nobody has made runs. */
  async #fetchOrRun(stage: Stage, stale: Stale, fetching: Fetching): Promise<Status> {
    const found = await fetching.lookFor(stage, stale);
    if (found !== undefined) {
      this.#results.set(stage, found);
      if (!fetching.wants(stage)) {
        fetching.leave(stage, stale, found.outputs);
        return 'known';
      }
      const fetched = await fetching.fetch(stage, stale, found.outputs);
      if (fetched !== undefined) return this.#conclude(stage, fetched, 'fetched');
    }
    const { signal } = this.#request;
    if (fetching.fetchOnly)
      return this.#skip(stage, signal.aborted ? INTERRUPTED : `it could not be fetched from ${fetching.from}`);
    this.#results.delete(stage);
    return this.#run(stage, stale);
  }

  /**
   * Brings what a stage reads from a shared store, and has the rest made here.
   * @returns a stage that failed to, if any.
   */
  async #bringInputs(stage: Stage): Promise<Stage | undefined> {
    const lacking = await this.#fetching?.bringInputs(stage, this.#madeBy);
    const produced = (lacking ?? []).map(async ({ stage: upstream, output }) =>
      (await this.#produce(upstream, output)) === 'ran' ? undefined : upstream,
    );
    return (await Promise.all(produced)).find((upstream) => upstream !== undefined);
  }

  /** Has a stage run that was left known, since the bytes of an output are not to be had. @returns how it ends. */
  #produce(stage: Stage, output: string): Promise<Status> | undefined {
    const stale = this.#fetching?.takeKnown(stage, output);
    if (stale !== undefined) {
      const ran = this.#orFail(stage, () => this.#run(stage, stale));
      this.#statuses.set(stage, ran);
    }
    return this.#statuses.get(stage);
  }

  /** Whether a divergence is accepted. If it is not, the stage has failed. */
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
      if (reason.reason !== 'object-damaged') continue;
      // Unless another stage that made the same bytes has mended the object meanwhile.
      this.#checkout.store.setAsideDamaged(reason.digest, `${stage.name}#${reason.output}`);
    }
    const secondsLeft = this.#turns.expectations.left / executor.slots;
    session.emit({ event: 'stage-started', stage: stage.name, reasons, secondsLeft });
    const expectedSeconds = this.#turns.expectations.secondsOf(stage);
    const execution = await execute(this.#checkout, executor, stage, recipe, expectedSeconds, options, (progress) =>
      session.emit({ event: 'stage-progress', stage: stage.name, ...progress }),
    );
    // Set here already, before the next stage can start.
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

  /** Ends a stage with a result whose outputs are all here. A log that is lost is forgotten first. */
  #conclude(stage: Stage, result: LedgerResult, status: Status): Status | Promise<Status> {
    const { log } = result;
    if (log === undefined || this.#checkout.store.stateOf(log) === 'whole') return this.#hold(stage, result, status);
    return forgetLog(this.#checkout, stage, result).then((mended) => this.#hold(stage, mended, status));
  }

  #hold(stage: Stage, result: LedgerResult, status: Status): Status {
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
