import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { type Digest, digestBytes } from './digest.ts';
import { reached } from './fault-points.ts';
import type { FileDigests } from './file-digests.ts';
import { statsAt, writeFileAtomically } from './files.ts';
import type { Layout } from './layout.ts';

export type ObjectState = 'whole' | 'missing' | 'damaged';

/** Is told of what was set aside: what it was, and where it is now. */
export type OnSetAside = (what: string, path: string) => void;

/** The content-addressed files of all results, read-only, each under its digest. */
export class ObjectStore {
  readonly #layout: Layout;
  readonly #fileDigests: FileDigests;
  readonly #onSetAside: OnSetAside;

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

  /** Whether a path is a link to the object of a digest, and that is whole. */
  isLinkedAt(path: string, digest: Digest): boolean {
    if (this.stateOf(digest) !== 'whole') return false;
    const [linked, object] = [statsAt(path), statsAt(this.pathOf(digest))];
    return linked !== undefined && linked.ino === object?.ino && linked.dev === object.dev;
  }

  /** Keeps some bytes; returns their digest. */
  add(contents: Uint8Array): Digest {
    const digest = digestBytes(contents);
    const state = this.stateOf(digest);
    if (state === 'whole') return digest;
    const incoming = join(this.#layout.scratch, 'incoming');
    const written = writeFileAtomically(incoming, contents, 0o444);
    reached('object:written');
    const path = this.pathOf(digest);
    if (state === 'damaged') this.setAside(path);
    this.clearTheWay(this.#layout.objects, dirname(path));
    mkdirSync(dirname(path), { recursive: true });
    renameSync(incoming, path);
    this.#fileDigests.noteWritten(path, digest, written);
    reached('object:kept');
    return digest;
  }

  /** Sees to it that there is a folder of objects. */
  ensureFolder(): void {
    mkdirSync(this.#layout.objects, { recursive: true });
  }

  /** Removes what is not kept: a run that was killed leaves some. */
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
