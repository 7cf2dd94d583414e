import { rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Digest } from './digest.ts';
import { reached } from './fault-points.ts';
import type { FileDigests } from './file-digests.ts';
import { copyFileAtomically, linkOrCopy, statsAt } from './files.ts';
import type { Stage } from './graph.ts';
import { ARTIFACTS } from './layout.ts';
import type { Reason } from './reasons.ts';
import type { Outputs } from './recipe.ts';
import type { ObjectStore } from './store.ts';

/** A file that people open, and that holds what an output holds. */
export interface Placed {
  /**
   * The folder that the file is placed below. Up to there, links may stand for folders: what leads there is the user's.
   */
  readonly base: string;
  readonly path: string;
  /** Whether it is a link into the store, as artifacts are, which so take no room; published files are copies. */
  readonly link: boolean;
}

/**
 * The folder below which people find what stages made: links to objects of the store, and copies of what is published.
 */
export class Place {
  /** Its path from the root; empty for the root itself. */
  readonly folder: string;
  readonly #root: string;
  readonly #fileDigests: FileDigests;
  readonly #store: ObjectStore;
  /** Folders that were found to be no links. Many files share one, and one look is enough. */
  readonly #plainFolders = new Set<string>();

  constructor(root: string, folder: string, store: ObjectStore, fileDigests: FileDigests) {
    this.#root = root;
    this.folder = folder;
    this.#store = store;
    this.#fileDigests = fileDigests;
  }

  /** What of the outputs is missing in its place, or holds something else than the digests say. */
  deviations(stage: Stage, outputs: Outputs): Reason[] {
    return [...stage.files.keys()].flatMap((output) =>
      this.#placesOf(stage, output).flatMap((placed) => this.#deviation(placed, outputs[output])),
    );
  }

  /** The same of published files alone; those of outputs without a digest are left out. */
  publishedDeviations(stage: Stage, outputs: Outputs): Reason[] {
    return [...stage.publish.keys()].flatMap((output) => {
      const published = this.#placesOf(stage, output).slice(1);
      return outputs[output] === undefined
        ? []
        : published.flatMap((placed) => this.#deviation(placed, outputs[output]));
    });
  }

  /** All files that hold the outputs, each with the digest of its output. */
  placesOf(stage: Stage, outputs: Outputs): (Placed & { readonly digest: Digest })[] {
    return Object.entries(outputs).flatMap(([output, digest]) =>
      this.#placesOf(stage, output).map((placed) => ({ ...placed, digest })),
    );
  }

  #deviation(placed: Placed, digest: Digest | undefined): Reason[] {
    if (digest !== undefined && this.#holds(placed, digest)) return [];
    const missing = statsAt(placed.path) === undefined;
    return [{ reason: missing ? 'output-missing' : 'output-edited', path: relative(this.#root, placed.path) }];
  }

  /** Whether a file is there, by no folder that is a link, and holds what the digest says. */
  #holds({ base, path, link }: Placed, digest: Digest): boolean {
    if (!this.#isPlain(base, dirname(path))) return false;
    return (link && this.#store.isLink(statsAt(path), digest)) || this.#fileDigests.digestOf(path) === digest;
  }

  /** Whether all that leads from a base to a folder are folders, not links. */
  #isPlain(base: string, folder: string): boolean {
    if (folder.length <= base.length || this.#plainFolders.has(folder)) return true;
    const isPlain = this.#isPlain(base, dirname(folder)) && statsAt(folder)?.isDirectory() === true;
    if (isPlain) this.#plainFolders.add(folder);
    return isPlain;
  }

  /** The path of a file in place that holds what the digest of an output says; undefined if there is none. */
  intactCopy(stage: Stage, output: string, digest: Digest): string | undefined {
    return this.#placesOf(stage, output).find(
      ({ base, path }) => this.#isPlain(base, dirname(path)) && this.#fileDigests.digestOf(path) === digest,
    )?.path;
  }

  /** Puts all outputs in place. */
  put(stage: Stage, outputs: Outputs): void {
    for (const placed of this.placesOf(stage, outputs)) {
      const { base, path, link, digest } = placed;
      if (this.#holds(placed, digest)) continue;
      this.#store.clearTheWay(base, dirname(path));
      if (statsAt(path)?.isDirectory()) this.#store.setAside(path);
      if (link) this.#link(path, digest);
      else this.#copy(path, digest);
      reached('artifact:in-place');
    }
  }

  /** Removes artifacts of a stage that hold something else than the digests say. What is published stays. */
  clear(stage: Stage, outputs: Outputs): void {
    for (const placed of this.placesOf(stage, outputs)) {
      const { path, link, digest } = placed;
      if (link && statsAt(path) !== undefined && !this.#holds(placed, digest)) rmSync(path, { recursive: true });
    }
  }

  #link(path: string, digest: Digest): void {
    const object = this.#store.pathOf(digest);
    const before = statsAt(object);
    const isWhole = this.#store.stateOf(digest) === 'whole';
    linkOrCopy(object, path);
    // A new link changes the identity of the object, not its contents.
    if (before !== undefined && isWhole) this.#fileDigests.noteWritten(object, digest, before);
  }

  #copy(path: string, digest: Digest): void {
    const written = copyFileAtomically(this.#store.pathOf(digest), path, 0o644);
    // Somebody may have changed the object before it was copied.
    if (this.#store.stateOf(digest) === 'whole') this.#fileDigests.noteWritten(path, digest, written);
  }

  #placesOf(stage: Stage, output: string): Placed[] {
    const base = join(this.#root, this.folder);
    const artifacts = join(base, ARTIFACTS);
    const file = stage.files.get(output) ?? output;
    const published = stage.publish.get(output);
    return [
      { base: artifacts, path: join(artifacts, stage.name, file), link: true },
      ...(published === undefined ? [] : [{ base, path: join(base, published), link: false }]),
    ];
  }
}
