import { join } from 'node:path';

/** The folder of what people open, from the root. */
export const ARTIFACTS = 'artifacts';
/** The lock, from the root. */
export const LOCK = `${ARTIFACTS}/lock.json`;
/** The store, from the root. */
const STORE = `${ARTIFACTS}/store`;

/** The names that no stage can have, since its folder would stand where something else is. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set(
  [LOCK, STORE].map((path) => path.slice(ARTIFACTS.length + 1)),
);

/** Where everything is in a checkout. */
export class Layout {
  /** The folder of the checkout. */
  readonly root: string;
  /** What people open: a folder a stage. */
  readonly artifacts: string;
  /** The committed statement of what the pipeline makes. */
  readonly lock: string;
  readonly store: string;
  /** The bytes of artifacts and logs, each file named by their digest. */
  readonly objects: string;
  /** The code that stages run, each file named by its digest. */
  readonly bundles: string;
  /** What is not kept yet. It is there only while a session is at work, or after one was killed. */
  readonly scratch: string;
  /** What is to become objects. */
  readonly incoming: string;
  /** What was found damaged. */
  readonly damaged: string;
  /** The logs of stages whose last run failed. */
  readonly failedLogs: string;
  /** What was handed to Slurm, and what came of it. */
  readonly slurm: string;
  readonly ledger: string;
  /** The file by which sessions wait for each other. */
  readonly mutex: string;
  readonly snapshot: string;
  /** What is remembered of files and of bundles, to save time. */
  readonly fileDigests: string;
  readonly bundleMemory: string;

  /**
   * @param store The folder of the store, if it is not the usual one.
   * @param failedLogs The folder of the logs of stages that failed, if that is another.
   */
  constructor(root: string, store = join(root, STORE), failedLogs = join(store, 'logs')) {
    this.root = root;
    this.artifacts = join(root, ARTIFACTS);
    this.lock = join(root, LOCK);
    this.store = store;
    this.objects = join(store, 'objects');
    this.bundles = join(store, 'bundles');
    this.scratch = join(store, 'tmp');
    this.incoming = join(this.scratch, 'incoming');
    this.damaged = join(store, 'damaged');
    this.failedLogs = failedLogs;
    this.slurm = join(store, 'slurm');
    this.ledger = join(store, 'ledger.jsonl');
    this.mutex = join(store, 'mutex');
    this.snapshot = join(store, 'snapshot.json');
    this.fileDigests = join(store, 'file-digests.json');
    this.bundleMemory = join(store, 'bundles.json');
  }

  /** Where the log of a stage is, if its last run failed. */
  failedLogOf(stage: string): string {
    return join(this.failedLogs, `${stage}.log`);
  }
}
