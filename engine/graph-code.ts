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
 * What can make a graph another one: nothing; the module of the pipeline alone, which imports what it did; or more than
 * that.
 */
export type GraphChange = 'none' | 'module' | 'other';

/**
 * All code that can decide a graph, the engine and the command line included. Of our own code it is the program without
 * what its kinds run; of packages it is what is installed, as the file system shows it.
 */
export class GraphCode {
  readonly #root: string;
  /** The path of the module of the pipeline. */
  readonly #module: string;
  readonly #bundled: () => Promise<Bundled[]>;
  readonly #packages: readonly string[];
  readonly #installed: string;
  /** Undefined after the module was loaded again. */
  #program: Digest | undefined;
  /** Each file that was read, by its absolute path. */
  #codes: Map<string, FileCode>;

  private constructor(
    root: string,
    module: string,
    bundled: () => Promise<Bundled[]>,
    now: readonly Bundled[],
    packages: readonly string[],
  ) {
    this.#root = root;
    this.#module = module;
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
    return new GraphCode(layout.root, join(layout.root, entry.module), bundled, now, [
      ...new Set([...paths, ...ofBundles]),
    ]);
  }

  /**
   * Whether the graph would be the same if it were built now. A change of the module alone is told once: whoever asks
   * loads the module again.
   * @param changed The paths, from the root, of files that are known to have changed: new ones among them.
   * @throws {UserError} if an import can't be followed.
   */
  async changeBy(changed: readonly string[]): Promise<GraphChange> {
    if (identitiesOf(this.#packages.map(statsAt)) !== this.#installed) return 'other';
    // What is behind a link has no identity of its own.
    const found = [...this.#codes].filter(
      ([path, { identity }]) => identity === undefined || fileIdentity(path) !== identity,
    );
    const paths = new Set([...found.map(([path]) => path), ...changed.map((path) => join(this.#root, path))]);
    const isSame = await Promise.all([...paths].map((path) => this.#isSame(path)));
    const others = [...paths].filter((_, index) => !isSame[index]);
    if (others.length === 0) return 'none';
    if (others.length === 1 && others[0] === this.#module && (await this.#takeModule())) return 'module';
    const now = await this.#bundled();
    if (digestOf(now) !== this.#program) return 'other';
    this.#codes = codesOf(now);
    return 'none';
  }

  /** Makes up for a change of the module, unless more has changed since. Call it while nobody waits. */
  async settle(): Promise<void> {
    if (this.#program !== undefined) return;
    const now = await this.#bundled();
    const codes = codesOf(now);
    const isSame = [...codes].every(([path, { code }]) => code === this.#codes.get(path)?.code);
    if (isSame && codes.size === this.#codes.size) this.#program = digestOf(now);
  }

  /** Whether the module is still as it was when a change of it was told: then what was loaded since is that. */
  hasModuleAsTold(): boolean {
    const told = this.#codes.get(this.#module)?.identity;
    return told !== undefined && fileIdentity(this.#module) === told;
  }

  /** Takes the code that the module has now, if it imports what it did; returns whether it does. */
  async #takeModule(): Promise<boolean> {
    const before = this.#codes.get(this.#module);
    const after = await graphCodeOf(this.#module);
    if (before === undefined || importsIn(before.code) !== importsIn(after.code)) return false;
    this.#codes.set(this.#module, after);
    this.#program = undefined;
    return true;
  }

  /** Whether a file is seen at once to be to the graph what it was. */
  async #isSame(path: string): Promise<boolean> {
    const before = this.#codes.get(path);
    // Editors put files beside the one that they save, which are gone afterwards.
    if (before === undefined) return statsAt(path) === undefined;
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

/** What some code imports. */
function importsIn(code: string): string {
  return [...code.matchAll(/\b(?:from|import)\s*\(?\s*["'`][^"'`]*/g)].join('\n');
}

function codesOf(bundled: readonly Bundled[]): Map<string, FileCode> {
  return new Map(bundled.flatMap(({ codes }) => [...codes]));
}
