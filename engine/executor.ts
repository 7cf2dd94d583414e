import type { JsonObject } from './digest.ts';
import type { Mapped } from './graph.ts';
import type { Progress } from './kind.ts';

/** An artifact as a job reads it: where its bytes are, and its name for messages. */
export type InputFile = readonly [path: string, artifact: string];

/** One run of one stage, as an executor needs it: all paths are absolute. */
export interface Job {
  readonly stage: string;
  readonly kind: string;
  /** The bundle whose default export is the stage's kind. */
  readonly bundle: string;
  readonly params: JsonObject;
  readonly inputs: Readonly<Record<string, Mapped<InputFile> | readonly Mapped<InputFile>[]>>;
  /** The outputs that it must make. */
  readonly outputs: readonly string[];
  /** Whether it is a pure function of the above. What is not is given the options, and the checkout. */
  readonly pure: boolean;
  readonly options: Readonly<Record<string, string>>;
  readonly root: string;
}

/** How a job ended. `peakBytes`: the most memory that its process has held so far; `log`: all that it printed. */
export type JobResult = {
  readonly log: Uint8Array;
} & (
  | { readonly ok: true; readonly outputs: Readonly<Record<string, Uint8Array>>; readonly peakBytes: number }
  | { readonly ok: false; readonly message: string }
);

/** Where stages run: processes of this machine, or a cluster. */
export interface Executor {
  /** How many jobs run at once. */
  readonly slots: number;
  /** Runs a job to its end. Failures are values; never rejects. */
  run(job: Job, onProgress: (progress: Progress) => void): Promise<JobResult>;
  /** Ends everything that runs, now; their jobs fail. */
  close(): Promise<void>;
}
