import type { JsonObject } from './digest.ts';
import type { Progress } from './kind.ts';

/** One run of one stage, as an executor needs it: all paths are absolute. */
export interface Job {
  readonly stage: string;
  /** URL of the module whose default export is the stage's kind. */
  readonly module: string;
  readonly params: JsonObject;
  readonly inputs: Record<string, string | string[]>;
  readonly outputs: Record<string, string>;
  readonly options: Record<string, string>;
  /** Where all that the stage and its process say is written. */
  readonly log: string;
}

/** `peakBytes`: the most memory that the process of the job has held so far. */
export type JobResult =
  | { readonly ok: true; readonly peakBytes: number }
  | { readonly ok: false; readonly message: string };

/** Where stages run: processes of this machine, or a cluster. */
export interface Executor {
  /** How many jobs run at once. */
  readonly slots: number;
  /** Runs a job to its end. Failures are values; never rejects. */
  run(job: Job, onProgress: (progress: Progress) => void): Promise<JobResult>;
  /** Ends everything that runs, now; their jobs fail. */
  close(): Promise<void>;
}
