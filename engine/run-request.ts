import type { Summary } from './events.ts';
import type { Executor } from './executor.ts';
import type { Graph, Stage } from './graph.ts';
import type { RunOptions } from './kind.ts';
import type { LedgerResult } from './ledger-entry.ts';
import type { Lock } from './lock-file.ts';
import type { Session } from './session.ts';
import type { SharedStore } from './shared-store.ts';

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

/** How a stage has ended. */
export type Status = 'ran' | 'restored' | 'fetched' | 'known' | 'fresh' | 'failed' | 'skipped';
