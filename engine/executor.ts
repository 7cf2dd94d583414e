import type { Digest, JsonObject } from './digest.ts';
import type { Mapped } from './graph.ts';
import type { Progress } from './kind.ts';

/** An artifact as a job reads it: where its bytes are, and its name for messages. */
export type InputFile = readonly [path: string, artifact: string];

/** One run of one stage, as an executor needs it: all paths are absolute. */
export interface Job {
  readonly stage: string;
  readonly recipe: Digest;
  readonly expectedSeconds: number;
  readonly kind: string;
  /** The path of the bundle whose default export is the stage's kind. */
  readonly bundle: string;
  readonly params: JsonObject;
  readonly inputs: Readonly<Record<string, Mapped<InputFile> | readonly Mapped<InputFile>[]>>;
  /** The outputs that it must make. */
  readonly outputs: readonly string[];
  /**
   * Whether it is a pure function of the above. Only a job that is not gets the options, and the path of the checkout.
   */
  readonly pure: boolean;
  /** Whether it is not worth a job of a cluster. */
  readonly light: boolean;
  readonly options: Readonly<Record<string, string>>;
  readonly root: string;
}

/** What a job has made, in how many seconds, and where. `peakBytes`: the most memory that its process has ever held. */
export interface JobMade {
  readonly ok: true;
  readonly outputs: Readonly<Record<string, Uint8Array>>;
  readonly seconds: number;
  readonly machine: string;
  readonly peakBytes: number;
}

export interface JobFailed {
  readonly ok: false;
  readonly message: string;
}

/** How a job ended. `log`: all that it printed. */
export type JobResult = (JobMade | JobFailed) & { readonly log: Uint8Array };

/** Where stages run: processes of this machine, or a cluster. */
export interface Executor {
  /** How many jobs run at once. */
  readonly slots: number;
  /** How many jobs it may be given at once. Those that do not run yet wait in it. */
  readonly room: number;
  /** Runs a job to its end. Failures are values; never rejects. */
  run(job: Job, onProgress: (progress: Progress) => void): Promise<JobResult>;
  /** The result of a recipe was recorded, or is of no use: the executor need not keep it any more. */
  forget(recipe: Digest): void;
  /** Ends everything that runs in this process and its workers, now; their jobs fail. */
  close(): Promise<void>;
}
