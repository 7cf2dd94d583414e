import { readFileSync, type Stats } from 'node:fs';
import * as v from 'valibot';
import { type Digest, digestBytes } from './digest.ts';
import { statsAt } from './files.ts';
import { recall, remember } from './memory-file.ts';

/**
 * Changes whenever the contents of a file do. A program that restores a file can set back its time of modification, but
 * neither its time of change nor its inode.
 */
export type FileIdentity = string;

/** By path, the identity of a file, and the digest that it had. */
const memorySchema = v.record(v.string(), v.strictTuple([v.string(), v.string()]));

/**
 * A file that is written again within one tick of the file system's clock keeps its identity. So only a file that has
 * been at rest for longer than the coarsest tick is remembered.
 */
const COARSEST_TICK_MS = 2000;

/** Digests of files, read again only where the file has changed since. */
export class FileDigests {
  readonly path: string;
  readonly #memory: Map<string, readonly [FileIdentity, Digest]>;
  /** Whether what was remembered is damaged, and was forgotten. */
  readonly damaged: boolean;
  #changed = false;

  /** @param path where the digests are remembered from run to run. */
  constructor(path: string) {
    this.path = path;
    const { value, damaged } = recall(path, memorySchema);
    this.#memory = new Map(Object.entries(value ?? {}));
    this.damaged = damaged;
  }

  /**
   * The digest of a regular file; undefined if there is none at the path.
   * @param stats What was just found at the path.
   */
  digestOf(path: string, stats = statsAt(path)): Digest | undefined {
    if (!stats?.isFile()) return undefined;
    const known = this.#memory.get(path);
    if (known?.[0] === identityOf(stats)) return known[1];
    return this.#read(path, stats);
  }

  #read(path: string, stats: Stats): Digest {
    const digest = digestBytes(readFileSync(path));
    if (isAtRest(stats, Date.now())) {
      this.#memory.set(path, [identityOf(stats), digest]);
      this.#changed = true;
    }
    return digest;
  }

  /**
   * Takes note of the digest of a file that has just been written, so that it need not be read. If somebody else has
   * changed it since, nothing is noted; nor where the clock of the file system has whole seconds only, as such a change
   * might not show.
   * @param written What was written, before it came to its path.
   */
  noteWritten(path: string, digest: Digest, written: Stats): void {
    const stats = statsAt(path);
    if (!stats?.isFile() || stats.ctimeMs % 1000 === 0) return;
    const { size, mtimeMs, ino } = written;
    if (stats.size !== size || stats.mtimeMs !== mtimeMs || stats.ino !== ino) return;
    this.#memory.set(path, [identityOf(stats), digest]);
    this.#changed = true;
  }

  /** Whether what was found somewhere is the file of a path, unchanged since its digest was found to be this one. */
  isKnown(stats: Stats | undefined, path: string, digest: Digest): boolean {
    const known = this.#memory.get(path);
    return known?.[1] === digest && stats?.isFile() === true && known[0] === identityOf(stats);
  }

  /** Forgets files that are gone. */
  forgetMissing(): void {
    for (const path of this.#memory.keys()) {
      if (statsAt(path) === undefined) this.#changed = this.#memory.delete(path);
    }
  }

  /** Remembers the digests for the next run. Losing them costs time, never correctness. */
  save(): void {
    if (this.#changed) remember(this.path, Object.fromEntries(this.#memory));
    this.#changed = false;
  }
}

/** The identity of the file at a path; undefined if there is none. */
export function fileIdentity(path: string): FileIdentity | undefined {
  const stats = statsAt(path);
  return stats?.isFile() ? identityOf(stats) : undefined;
}

/** Whether what is at a path was at rest for long before a time, in ms. A folder changes with the names in it. */
export function wasAtRestAt(path: string, time: number): boolean {
  const stats = statsAt(path);
  return stats !== undefined && isAtRest(stats, time);
}

function isAtRest({ ctimeMs, mtimeMs }: Stats, time: number): boolean {
  return time - Math.max(ctimeMs, mtimeMs) > COARSEST_TICK_MS;
}

function identityOf({ size, mtimeMs, ctimeMs, ino }: Stats): FileIdentity {
  return `${size} ${mtimeMs} ${ctimeMs} ${ino}`;
}
