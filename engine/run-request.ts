import type { EarlierResults } from './earlier-results.ts';
import type { Summary } from './events.ts';
import type { Executor } from './executor.ts';
import type { Graph, Stage } from './graph.ts';
import type { RunOptions } from './kind.ts';
import type { LedgerResult } from './ledger-entry.ts';
import type { Lock } from './lock-file.ts';
import type { Session } from './session.ts';
import type { SharedStore } from './shared-store.ts';

/** What a run takes of what others have made. */
export interface Sharing {
  readonly store: SharedStore;
  /** The stages whose outputs are to be here at the end. Of the others comes only what a stage that runs needs. */
  readonly wanted: ReadonlySet<Stage>;
  /** Whether nothing runs: what can't be fetched is skipped. */
  readonly fetchOnly: boolean;
}

/** What a run is to do, and with what. */
export interface RunRequest {
  readonly session: Session;
  /** The stages to bring up to date. */
  readonly graph: Graph;
  /** By these, what has changed starts while the rest is looked at. */
  readonly earlier?: EarlierResults;
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
  /** Ends the run, with all that it has started on this machine. */
  readonly signal: AbortSignal;
  readonly sharing?: Sharing;
}

/** What a stage gives, whether or not the bytes are here. */
export type Result = Pick<LedgerResult, 'kind' | 'params' | 'recipe' | 'outputs' | 'log' | 'seconds'>;

/** How a run went. `results`: what each stage gives that has its outputs here. */
export interface RunOutcome {
  readonly summary: Summary;
  readonly results: ReadonlyMap<Stage, Result>;
}
