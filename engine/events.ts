import type { Divergence } from './divergence.ts';
import type { Progress } from './kind.ts';
import type { Reason } from './reasons.ts';

/** How the stages of a run ended. Every stage is in one of the lists. */
export interface Summary {
  readonly event: 'summary';
  readonly ran: readonly string[];
  readonly restored: readonly string[];
  /** The stages whose outputs came from a shared store. */
  readonly fetched: readonly string[];
  /** The stages of which only the digests of the outputs are here, since nothing that ran needs the bytes. */
  readonly known: readonly string[];
  readonly fresh: readonly string[];
  /** The stages that diverged are among them. */
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
  readonly interrupted: boolean;
  readonly seconds: number;
  /** How long the restored stages took when they ran. */
  readonly savedSeconds: number;
}

/** Why stages of an interrupted run are skipped. */
export const INTERRUPTED = 'the run was interrupted';

/** What happens in a run, in the order in which it happens. All that people and programs see of it is made from these. */
export type Event =
  | { readonly event: 'waiting'; readonly owner: string }
  | { readonly event: 'started'; readonly stages: number; readonly workers: number }
  | { readonly event: 'speedup'; readonly name: string; readonly flag: string; readonly passed: boolean }
  | { readonly event: 'stage-fresh'; readonly stage: string }
  | {
      readonly event: 'stage-restored';
      readonly stage: string;
      readonly reasons: readonly Reason[];
      readonly savedSeconds: number;
    }
  | { readonly event: 'stage-fetched'; readonly stage: string; readonly reasons: readonly Reason[] }
  | { readonly event: 'stage-known'; readonly stage: string }
  /** Something of a shared store can't be had, or is not believed. It counts as not there. */
  | { readonly event: 'remote-problem'; readonly remote: string; readonly problem: string }
  | {
      readonly event: 'stage-started';
      readonly stage: string;
      readonly reasons: readonly Reason[];
      /** How long all that is not settled yet would take, by what is recorded of it. */
      readonly secondsLeft: number;
    }
  | ({ readonly event: 'stage-progress'; readonly stage: string } & Progress)
  | { readonly event: 'stage-ran'; readonly stage: string; readonly seconds: number; readonly peakBytes: number }
  | { readonly event: 'stage-failed'; readonly stage: string; readonly message: string; readonly log?: string }
  /** Also a failure: a stage gave other bytes than its recipe gave before. */
  | { readonly event: 'stage-diverged'; readonly stage: string; readonly divergence: Divergence }
  | { readonly event: 'stage-accepted'; readonly stage: string; readonly divergence: Divergence }
  | { readonly event: 'stage-skipped'; readonly stage: string; readonly because: string }
  /** It runs in this process, not on the cluster: it has effects, or uses packages that no bundle holds. */
  | { readonly event: 'stage-stays'; readonly stage: string }
  | { readonly event: 'batch-submitted'; readonly batch: string; readonly elements: number; readonly stages: number }
  /** It was left by an earlier run. */
  | { readonly event: 'batch-adopted'; readonly batch: string; readonly stages: number }
  /** Whether it was accepted is asked for so long. */
  | { readonly event: 'batch-doubtful'; readonly batch: string; readonly problem: string; readonly seconds: number }
  /** Slurm has lost jobs, whose last states it said. Their stages are handed over again. */
  | {
      readonly event: 'batch-lost';
      readonly batch: string;
      readonly stages: number;
      readonly states: readonly string[];
    }
  /** How many elements that are awaited are in which state, such as PENDING. */
  | { readonly event: 'in-slurm'; readonly states: Readonly<Record<string, number>> }
  /** Slurm can't be asked. What it has goes on. */
  | { readonly event: 'slurm-silent'; readonly problem: string }
  /** These go on, on the cluster. */
  | { readonly event: 'detached'; readonly stages: number }
  | { readonly event: 'set-aside'; readonly what: string; readonly path: string }
  | { readonly event: 'ledger-damaged'; readonly lines: readonly number[]; readonly path: string }
  | Summary;

export type Emit = (event: Event) => void;
