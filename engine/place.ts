import { dirname, join, relative } from 'node:path';
import type { Digest } from './digest.ts';
import { reached } from './fault-points.ts';
import type { FileDigests } from './file-digests.ts';
import { copyFileAtomically, statsAt } from './files.ts';
import type { Stage } from './graph.ts';
import type { Reason } from './reasons.ts';
import type { ObjectStore } from './store.ts';

/** Where people find what the stages made: copies of the store's objects below one folder. */
export class Place {
  /** The folder, from the root; empty for the root itself. */
  readonly folder: string;
  readonly #root: string;
  readonly #fileDigests: FileDigests;

  constructor(root: string, folder: string, fileDigests: FileDigests) {
    this.#root = root;
    this.folder = folder;
    this.#fileDigests = fileDigests;
  }

  /** The outputs that are not in place, or not what the result says. */
  deviations(stage: Stage, outputs: Readonly<Record<string, Digest>>): Reason[] {
    return [...stage.files.keys()].flatMap((output) =>
      this.#copiesOf(stage, output).flatMap(({ path }): Reason[] => {
        const found = this.#fileDigests.digestOf(path);
        if (found === outputs[output]) return [];
        const missing = statsAt(path) === undefined;
        return [{ reason: missing ? 'output-missing' : 'output-edited', path: relative(this.#root, path) }];
      }),
    );
  }

  /** The path of a copy of the output that is what the digest says; undefined if there is none. */
  intactCopy(stage: Stage, output: string, digest: Digest): string | undefined {
    return this.#copiesOf(stage, output).find(({ path }) => this.#fileDigests.digestOf(path) === digest)?.path;
  }

  /** Puts copies of all outputs in place. */
  put(stage: Stage, outputs: Readonly<Record<string, Digest>>, store: ObjectStore): void {
    const base = join(this.#root, this.folder);
    for (const [output, digest] of Object.entries(outputs)) {
      for (const { path, mode } of this.#copiesOf(stage, output)) {
        if (this.#fileDigests.digestOf(path) === digest) continue;
        store.clearTheWay(base, dirname(path));
        if (statsAt(path)?.isDirectory()) store.setAside(path);
        copyFileAtomically(store.pathOf(digest), path, mode);
        reached('copy:in-place');
      }
    }
  }

  /** Artifacts are read-only, so that they are not edited by mistake; published files belong to the checkout. */
  #copiesOf(stage: Stage, output: string): { path: string; mode: number }[] {
    const base = join(this.#root, this.folder);
    const file = stage.files.get(output) ?? output;
    const published = stage.publish.get(output);
    return [
      { path: join(base, 'artifacts', stage.name, file), mode: 0o444 },
      ...(published === undefined ? [] : [{ path: join(base, published), mode: 0o644 }]),
    ];
  }
}
