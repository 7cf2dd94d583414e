import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { type Bundled, bundle, type FileCode, graphCodeOf, isSameInGraph } from './bundler.ts';
import type { Checkout } from './checkout.ts';
import { type Digest, digestList } from './digest.ts';
import { type FileIdentity, fileIdentity } from './file-digests.ts';
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
    const others = (await Promise.all([...paths].map((path) => this.#look(path)))).filter(({ isSame }) => !isSame);
    const [other] = others;
    if (other === undefined) return 'none';
    if (others.length === 1 && this.#takesModule(other)) return 'module';
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

  /**
   * Whether the module is still what was told of it.
   * @param identity What it had before it was loaded: then that, too, is what was told.
   */
  hasModuleAsTold(identity: FileIdentity): boolean {
    return identity === this.#codes.get(this.#module)?.identity && identity === fileIdentity(this.#module);
  }

  /** Takes the code of the module as it was found, if it imports what it did; returns whether it does. */
  #takesModule({ path, after }: Look): boolean {
    const before = this.#codes.get(path);
    if (path !== this.#module || before === undefined || after === undefined) return false;
    if (importsIn(before.code) !== importsIn(after.code)) return false;
    this.#codes.set(path, after);
    this.#program = undefined;
    return true;
  }

  /** Looks whether a file is seen at once to be to the graph what it was. */
  async #look(path: string): Promise<Look> {
    const before = this.#codes.get(path);
    // Editors put files beside the one that they save, which are gone afterwards.
    if (before === undefined) return { path, isSame: statsAt(path) === undefined };
    try {
      const after = await graphCodeOf(path);
      // The module is loaded again sooner than it is seen what it uses of its code.
      const isSame = path === this.#module ? after.code === before.code : await isSameInGraph(before, after);
      if (isSame) this.#codes.set(path, after);
      return { path, isSame, after };
    } catch {
      // Bundling tells what is wrong.
      return { path, isSame: false };
    }
  }
}

/** What is found at the path of a file. */
interface Look {
  readonly path: string;
  readonly isSame: boolean;
  readonly after?: FileCode;
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
