import type { Divergence } from './divergence.ts';
import type { Progress } from './kind.ts';
import type { Reason } from './reasons.ts';

/** How a stage of a run ends. */
export const STATUSES = [
  'ran',
  'restored',
  /** Its outputs came from a shared store. */
  'fetched',
  /** Only the digests of its outputs are here, since nothing that ran needs the bytes. */
  'known',
  'fresh',
  /** To diverge is one way. */
  'failed',
  'skipped',
] as const;

export type Status = (typeof STATUSES)[number];

/** The names of stages, by how they have ended. */
export type StagesByStatus = Record<Status, string[]>;

/** No stage, by how it has ended. */
export function noStages(): StagesByStatus {
  return { ran: [], restored: [], fetched: [], known: [], fresh: [], failed: [], skipped: [] };
}

/** How the stages of a run have ended. Each is in just one of the lists. */
export interface Summary extends Readonly<Record<Status, readonly string[]>> {
  readonly event: 'summary';
  readonly interrupted: boolean;
  readonly seconds: number;
  /** How long the restored stages took when they ran. */
  readonly savedSeconds: number;
}

/** Why stages of an interrupted run are skipped. */
export const INTERRUPTED = 'the run was interrupted';

/** Something that happens in a run. All that people and programs see of a run is made from these, in their order. */
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
      /** How long all stages that are not settled yet will take, by what is recorded of them. */
      readonly secondsLeft: number;
    }
  | ({ readonly event: 'stage-progress'; readonly stage: string } & Progress)
  | { readonly event: 'stage-ran'; readonly stage: string; readonly seconds: number; readonly peakBytes: number }
  | { readonly event: 'stage-failed'; readonly stage: string; readonly message: string; readonly log?: string }
  /** Also a failure: a stage gave other bytes than its recipe gave before. */
  | { readonly event: 'stage-diverged'; readonly stage: string; readonly divergence: Divergence }
  | { readonly event: 'stage-accepted'; readonly stage: string; readonly divergence: Divergence }
  | { readonly event: 'stage-skipped'; readonly stage: string; readonly because: string }
  /** It runs on this machine, not on the cluster: it has effects, or uses packages that no bundle holds. */
  | { readonly event: 'stage-stays'; readonly stage: string }
  | { readonly event: 'batch-submitted'; readonly batch: string; readonly elements: number; readonly stages: number }
  /** It was left by an earlier run. */
  | { readonly event: 'batch-adopted'; readonly batch: string; readonly stages: number }
  /** `sbatch` failed. Slurm is asked for so many seconds whether it has the batch all the same. */
  | { readonly event: 'batch-doubtful'; readonly batch: string; readonly problem: string; readonly seconds: number }
  /** Slurm has lost jobs, whose last states these were. Their stages are handed over again. */
  | {
      readonly event: 'batch-lost';
      readonly batch: string;
      readonly stages: number;
      readonly states: readonly string[];
    }
  /** How many of the elements that are awaited are in which state, such as PENDING. */
  | { readonly event: 'in-slurm'; readonly states: Readonly<Record<string, number>> }
  /** Slurm can't be asked. What it has goes on. */
  | { readonly event: 'slurm-silent'; readonly problem: string }
  /** The run ends here; so many of its stages go on, on the cluster. */
  | { readonly event: 'detached'; readonly stages: number }
  | { readonly event: 'set-aside'; readonly what: string; readonly path: string }
  | { readonly event: 'ledger-damaged'; readonly lines: readonly number[]; readonly path: string }
  | Summary;

export type Emit = (event: Event) => void;
