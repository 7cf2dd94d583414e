import { dirname, join, relative } from 'node:path';
import type { Digest } from './digest.ts';
import { reached } from './fault-points.ts';
import type { FileDigests } from './file-digests.ts';
import { copyFileAtomically, statsAt } from './files.ts';
import type { Stage } from './graph.ts';
import type { Reason } from './reasons.ts';
import type { ObjectStore } from './store.ts';

/** A file that is, or should be, a copy of an output. */
export interface Copy {
  /** What leads to here is the user's: a link is as good as a folder. */
  readonly base: string;
  readonly path: string;
  readonly mode: number;
}

/** Where people find what the stages made: copies of the store's objects below one folder. */
export class Place {
  /** The folder, from the root; empty for the root itself. */
  readonly folder: string;
  readonly #root: string;
  readonly #fileDigests: FileDigests;
  /** Folders that many files share, and that need one look. */
  readonly #plainFolders = new Set<string>();

  constructor(root: string, folder: string, fileDigests: FileDigests) {
    this.#root = root;
    this.folder = folder;
    this.#fileDigests = fileDigests;
  }

  /** The outputs that are not in place, or not what the result says. */
  deviations(stage: Stage, outputs: Readonly<Record<string, Digest>>): Reason[] {
    return [...stage.files.keys()].flatMap((output) =>
      this.#copiesOf(stage, output).flatMap((copy) => this.#deviation(copy, outputs[output])),
    );
  }

  /** The published outputs that are not in place, or not what the digests say; those without a digest left out. */
  publishedDeviations(stage: Stage, outputs: Readonly<Record<string, Digest>>): Reason[] {
    return [...stage.publish.keys()].flatMap((output) => {
      const published = this.#copiesOf(stage, output).slice(1);
      return outputs[output] === undefined ? [] : published.flatMap((copy) => this.#deviation(copy, outputs[output]));
    });
  }

  /** The copies of all outputs, each with the digest that the output has. */
  copies(stage: Stage, outputs: Readonly<Record<string, Digest>>): (Copy & { readonly digest: Digest })[] {
    return Object.entries(outputs).flatMap(([output, digest]) =>
      this.#copiesOf(stage, output).map((copy) => ({ ...copy, digest })),
    );
  }

  #deviation(copy: Copy, digest: Digest | undefined): Reason[] {
    if (this.#digestOf(copy) === digest) return [];
    const missing = statsAt(copy.path) === undefined;
    return [{ reason: missing ? 'output-missing' : 'output-edited', path: relative(this.#root, copy.path) }];
  }

  /** The digest of a copy; undefined if it is not there, or there by a link only. */
  #digestOf({ base, path }: Copy): Digest | undefined {
    return this.#isPlain(base, dirname(path)) ? this.#fileDigests.digestOf(path) : undefined;
  }

  /** Whether all that leads from a base to a folder are folders, not links. */
  #isPlain(base: string, folder: string): boolean {
    if (folder.length <= base.length || this.#plainFolders.has(folder)) return true;
    const isPlain = this.#isPlain(base, dirname(folder)) && statsAt(folder)?.isDirectory() === true;
    if (isPlain) this.#plainFolders.add(folder);
    return isPlain;
  }

  /** The path of a copy of the output that is what the digest says; undefined if there is none. */
  intactCopy(stage: Stage, output: string, digest: Digest): string | undefined {
    return this.#copiesOf(stage, output).find((copy) => this.#digestOf(copy) === digest)?.path;
  }

  /** Puts copies of all outputs in place. */
  put(stage: Stage, outputs: Readonly<Record<string, Digest>>, store: ObjectStore): void {
    for (const copy of this.copies(stage, outputs)) {
      const { base, path, mode, digest } = copy;
      if (this.#digestOf(copy) === digest) continue;
      store.clearTheWay(base, dirname(path));
      if (statsAt(path)?.isDirectory()) store.setAside(path);
      const written = copyFileAtomically(store.pathOf(digest), path, mode);
      // Somebody may have changed what was copied.
      if (store.stateOf(digest) === 'whole') this.#fileDigests.noteWritten(path, digest, written);
      reached('copy:in-place');
    }
  }

  /** Artifacts are read-only, so that they are not edited by mistake; published files belong to the checkout. */
  #copiesOf(stage: Stage, output: string): Copy[] {
    const base = join(this.#root, this.folder);
    const artifacts = join(base, 'artifacts');
    const file = stage.files.get(output) ?? output;
    const published = stage.publish.get(output);
    return [
      { base: artifacts, path: join(artifacts, stage.name, file), mode: 0o444 },
      ...(published === undefined ? [] : [{ base, path: join(base, published), mode: 0o644 }]),
    ];
  }
}
