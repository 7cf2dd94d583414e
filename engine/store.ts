import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, type Stats } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { type Digest, digestBytes } from './digest.ts';
import { reached } from './fault-points.ts';
import type { FileDigests } from './file-digests.ts';
import { statsAt, writeNewFile } from './files.ts';
import type { Layout } from './layout.ts';
import { syncAll } from './sync.ts';

export type ObjectState = 'whole' | 'missing' | 'damaged';

/** Is told what was set aside, and where it is now. */
export type OnSetAside = (what: string, path: string) => void;

/** The content-addressed files of all results, read-only, each under its digest. */
export class ObjectStore {
  readonly #layout: Layout;
  readonly #fileDigests: FileDigests;
  readonly #onSetAside: OnSetAside;
  /** What was taken in, and is no object on the disk yet. */
  readonly #incoming = new Map<Digest, Uint8Array>();

  constructor(layout: Layout, fileDigests: FileDigests, onSetAside: OnSetAside) {
    this.#layout = layout;
    this.#fileDigests = fileDigests;
    this.#onSetAside = onSetAside;
  }

  /** Where the object of a digest is, or would be. */
  pathOf(digest: Digest): string {
    return join(this.#layout.objects, digest.slice(0, 2), digest.slice(2));
  }

  /** The digest that an object at a path has by its name. */
  digestAt(path: string): Digest {
    return `${basename(dirname(path))}${basename(path)}`;
  }

  /** Whether the object is there, and is what its digest says. */
  stateOf(digest: Digest): ObjectState {
    const path = this.pathOf(digest);
    const found = this.#fileDigests.digestOf(path);
    if (found === digest) return 'whole';
    return statsAt(path) === undefined ? 'missing' : 'damaged';
  }

  /**
   * Whether what stands at a path is another name of the object of a digest, and whole. It may be so although the
   * object is gone from its own path, which `stateOf` tells.
   */
  isLink(stats: Stats | undefined, digest: Digest): boolean {
    const path = this.pathOf(digest);
    if (this.#fileDigests.isKnown(stats, path, digest)) return true;
    if (stats === undefined || this.stateOf(digest) !== 'whole') return false;
    const object = statsAt(path);
    return stats.ino === object?.ino && stats.dev === object.dev;
  }

  /** Takes in some bytes; returns their digest. `keepIncoming` makes them an object. */
  add(contents: Uint8Array): Digest {
    const digest = digestBytes(contents);
    if (this.stateOf(digest) !== 'whole') this.#incoming.set(digest, contents);
    return digest;
  }

  /** Whether something was taken in that is no object yet. */
  get hasIncoming(): boolean {
    return this.#incoming.size > 0;
  }

  /**
   * Makes objects of all that was taken in, and waits until they are on the disk. Nobody sees an object before it is.
   */
  async keepIncoming(): Promise<void> {
    if (!this.hasIncoming) return;
    const { objects, incoming: folder } = this.#layout;
    mkdirSync(folder, { recursive: true });
    const incoming = [...this.#incoming].map(([digest, contents]) => {
      const path = join(folder, digest);
      return { digest, path, written: writeNewFile(path, contents, 0o444) };
    });
    reached('object:written');
    await syncAll(incoming.map(({ path }) => path));
    reached('object:synced');
    let hasNewFolder = false;
    for (const { digest, path: from, written } of incoming) {
      const path = this.pathOf(digest);
      if (this.stateOf(digest) === 'damaged') this.setAside(path);
      this.clearTheWay(objects, dirname(path));
      hasNewFolder = mkdirSync(dirname(path), { recursive: true }) !== undefined || hasNewFolder;
      renameSync(from, path);
      this.#incoming.delete(digest);
      this.#fileDigests.noteWritten(path, digest, written);
      reached('object:kept');
    }
    // A rename is whole or not at all: once the folder that all have left is on the disk, those that they came to are.
    await syncAll(hasNewFolder ? [objects, folder] : [folder]);
  }

  /**
   * Puts the store in order for a session. There is a folder of objects, since Node lets a worker read nothing below
   * what is no folder when the worker starts. Nothing is left that was not kept. All that is there outlasts a power
   * cut, also what a session that was killed may not have synced.
   */
  async open(): Promise<void> {
    const { root, store, objects, ledger, scratch } = this.#layout;
    const isNew = mkdirSync(objects, { recursive: true }) !== undefined;
    const wasKilled = statsAt(scratch) !== undefined;
    if (isNew || wasKilled) await syncAll([root, dirname(store), store, objects]);
    if (wasKilled)
      await syncAll([ledger, ...readdirSync(objects).map((shard) => join(objects, shard))].filter(statsAt));
    this.clearScratch();
  }

  /** Removes what was not kept. */
  clearScratch(): void {
    rmSync(this.#layout.scratch, { recursive: true, force: true });
  }

  read(digest: Digest): Buffer {
    return readFileSync(this.pathOf(digest));
  }

  /** Moves what should not be at a path out of the way, for people to look at. */
  setAside(path: string, what = relative(this.#layout.root, path)): void {
    const aside = path === this.#layout.damaged ? `${path}.${randomUUID()}` : this.asidePathOf(path);
    mkdirSync(dirname(aside), { recursive: true });
    renameSync(path, aside);
    reached('object:set-aside');
    this.#onSetAside(what, aside);
  }

  /** Moves the object of a digest out of the way, if it is damaged. */
  setAsideDamaged(digest: Digest, what: string): void {
    if (this.stateOf(digest) === 'damaged') this.setAside(this.pathOf(digest), what);
  }

  /** A new path for what is to be set aside. */
  asidePathOf(path: string): string {
    return join(this.#layout.damaged, `${basename(path)}.${randomUUID()}`);
  }

  /** Sets aside every file or link that stands in the place of a folder, from below `base` down to `folder`. */
  clearTheWay(base: string, folder: string): void {
    if (folder.length <= base.length) return;
    this.clearTheWay(base, dirname(folder));
    const found = statsAt(folder);
    if (found !== undefined && !found.isDirectory()) this.setAside(folder);
  }
}
