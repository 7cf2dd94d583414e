import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Digest, digestBytes } from './digest.ts';
import { reached } from './fault-points.ts';
import type { FileDigests } from './file-digests.ts';
import { statsAt, writeFileAtomically } from './files.ts';
import { scratchFolderOf } from './folders.ts';

export type ObjectState = 'whole' | 'missing' | 'damaged';

/** The content-addressed files of all results, read-only, each under its digest. */
export class ObjectStore {
  readonly objectsFolder: string;
  readonly scratchFolder: string;
  readonly #damaged: string;
  readonly #fileDigests: FileDigests;

  constructor(directory: string, fileDigests: FileDigests) {
    this.objectsFolder = join(directory, 'objects');
    this.scratchFolder = scratchFolderOf(directory);
    this.#damaged = join(directory, 'damaged');
    this.#fileDigests = fileDigests;
  }

  /** Where the object of a digest is, or would be. */
  pathOf(digest: Digest): string {
    return join(this.objectsFolder, digest.slice(0, 2), digest.slice(2));
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

  /** Keeps the contents of a file; returns their digest. */
  add(source: string): Digest {
    const contents = readFileSync(source);
    const digest = digestBytes(contents);
    const state = this.stateOf(digest);
    if (state === 'whole') return digest;
    const incoming = join(this.scratchFolder, 'incoming');
    const written = writeFileAtomically(incoming, contents, 0o444);
    reached('object:written');
    const path = this.pathOf(digest);
    if (state === 'damaged') this.setAside(path);
    this.clearTheWay(this.objectsFolder, dirname(path));
    mkdirSync(dirname(path), { recursive: true });
    renameSync(incoming, path);
    this.#fileDigests.noteWritten(path, digest, written);
    reached('object:kept');
    return digest;
  }

  /** Removes what is not kept: a run that was killed leaves some. */
  clearScratch(): void {
    // A worker that has outlived its killed parent may still be writing there.
    rmSync(this.scratchFolder, { recursive: true, force: true, maxRetries: 5 });
  }

  read(digest: Digest): Buffer {
    return readFileSync(this.pathOf(digest));
  }

  /** Moves what should not be at a path out of the way, for people to look at; returns where it is now. */
  setAside(path: string): string {
    const aside = path === this.#damaged ? `${path}.${randomUUID()}` : this.asidePathOf(path);
    mkdirSync(dirname(aside), { recursive: true });
    renameSync(path, aside);
    reached('object:set-aside');
    return aside;
  }

  /** A new path for what is to be set aside. */
  asidePathOf(path: string): string {
    return join(this.#damaged, `${basename(path)}.${randomUUID()}`);
  }

  /** Sets aside what stands where the folders below `base`, down to `folder`, should be, but is none: a file, or a link. */
  clearTheWay(base: string, folder: string): void {
    if (folder.length <= base.length) return;
    this.clearTheWay(base, dirname(folder));
    const found = statsAt(folder);
    if (found !== undefined && !found.isDirectory()) this.setAside(folder);
  }
}
