import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { type Bundled, bundle, type FileCode, graphCodeOf, isSameInGraph } from './bundler.ts';
import type { Checkout } from './checkout.ts';
import { type Digest, digestList } from './digest.ts';
import { fileIdentity } from './file-digests.ts';
import { statsAt } from './files.ts';
import { packageNameOf } from './native-packages.ts';
import type { Pipeline } from './pipeline.ts';
import { identitiesOf } from './snapshot.ts';

/**
 * All code that can decide a graph, the engine and the command line included. Of our own code it is the program without
 * what its kinds run; of packages it is what is installed, as the file system shows it.
 */
export class GraphCode {
  readonly #root: string;
  readonly #bundled: () => Promise<Bundled[]>;
  readonly #packages: readonly string[];
  readonly #installed: string;
  readonly #program: Digest;
  /** Each file that was read, by its absolute path. */
  #codes: Map<string, FileCode>;

  private constructor(
    root: string,
    bundled: () => Promise<Bundled[]>,
    now: readonly Bundled[],
    packages: readonly string[],
  ) {
    this.#root = root;
    this.#bundled = bundled;
    this.#packages = packages;
    this.#installed = identitiesOf(packages.map(statsAt));
    this.#program = digestOf(now);
    this.#codes = codesOf(now);
  }

  /**
   * Reads the code as it is now.
   * @param checkout The checkout, of which the code of all kinds was read.
   * @throws {UserError} if an import can't be followed.
   */
  static async read({ codes, layout }: Checkout, { module, native = [] }: Pipeline): Promise<GraphCode> {
    const entry = { module: codes.bundles.nameOf(module), as: 'graph' } as const;
    const bundled = () => bundle(layout.root, [entry], native);
    const now = await bundled();
    const external = now.flatMap((program) => program.external).filter((imported) => !isBuiltin(imported));
    const paths = [
      ...['package.json', 'package-lock.json', 'tsconfig.json', 'node_modules', 'node_modules/.package-lock.json'],
      ...external.map((imported) => `node_modules/${packageNameOf(imported)}/package.json`),
    ].map((path) => join(layout.root, path));
    const ofBundles = [...codes.bundles.found().keys()].filter((path) => path.includes('/node_modules/'));
    return new GraphCode(layout.root, bundled, now, [...new Set([...paths, ...ofBundles])]);
  }

  /**
   * Whether the graph would be the same if it were built now.
   * @param changed The paths, from the root, of files that are known to have changed: new ones among them.
   * @throws {UserError} if an import can't be followed.
   */
  async isUnchanged(changed: readonly string[]): Promise<boolean> {
    if (identitiesOf(this.#packages.map(statsAt)) !== this.#installed) return false;
    // What is behind a link has no identity of its own.
    const found = [...this.#codes].filter(
      ([path, { identity }]) => identity === undefined || fileIdentity(path) !== identity,
    );
    const paths = new Set([...found.map(([path]) => path), ...changed.map((path) => join(this.#root, path))]);
    const same = await Promise.all([...paths].map((path) => this.#isSame(path)));
    if (same.every((isSame) => isSame)) return true;
    const now = await this.#bundled();
    if (digestOf(now) !== this.#program) return false;
    this.#codes = codesOf(now);
    return true;
  }

  /** Whether a file is seen at once to be to the graph what it was. */
  async #isSame(path: string): Promise<boolean> {
    const before = this.#codes.get(path);
    if (before === undefined) return false;
    try {
      const after = await graphCodeOf(path);
      const isSame = await isSameInGraph(before, after);
      if (isSame) this.#codes.set(path, after);
      return isSame;
    } catch {
      // Bundling tells what is wrong.
      return false;
    }
  }
}

function digestOf(bundled: readonly Bundled[]): Digest {
  return digestList(bundled.map(({ code }) => code));
}

function codesOf(bundled: readonly Bundled[]): Map<string, FileCode> {
  return new Map(bundled.flatMap(({ codes }) => [...codes]));
}
