import { isBuiltin } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Bundled, bundle, type FileCode, graphCodeOf, isSameInGraph } from './bundler.ts';
import type { Checkout } from './checkout.ts';
import { type Digest, digestList } from './digest.ts';
import { type FileIdentity, fileIdentity } from './file-digests.ts';
import { statsAt } from './files.ts';
import { packageNameOf } from './native-packages.ts';
import type { Pipeline } from './pipeline.ts';
import { identitiesOf } from './snapshot.ts';

/**
 * What can make a graph another one: nothing; modules that import what they did, so that it is enough to load them, and
 * all that import them, again; or more than that.
 */
export type GraphChange = 'none' | 'other' | { readonly modules: readonly string[] };

/**
 * All code that can decide a graph, the engine and the command line included. Of our own code it is the program without
 * what its kinds run; of packages it is what is installed, as the file system shows it.
 */
export class GraphCode {
  readonly #root: string;
  readonly #bundled: () => Promise<Bundled[]>;
  readonly #packages: readonly string[];
  readonly #installed: string;
  /** Undefined after the module was loaded again. */
  #program: Digest | undefined;
  /** Each file that was read, by its absolute path. */
  #codes: Map<string, FileCode>;
  #importers: ReadonlyMap<string, ReadonlySet<string>>;
  /** The files of modules that have changed since they were loaded first. */
  readonly #changed = new Set<string>();
  /** The files of modules that can't be loaded again. */
  readonly #lasting: ReadonlySet<string>;

  private constructor(
    root: string,
    bundled: () => Promise<Bundled[]>,
    now: readonly Bundled[],
    packages: readonly string[],
    lasting: readonly string[],
  ) {
    this.#root = root;
    this.#bundled = bundled;
    this.#packages = packages;
    this.#installed = identitiesOf(packages.map(statsAt));
    this.#program = digestOf(now);
    this.#codes = codesOf(now);
    this.#importers = importersOf(now);
    this.#lasting = new Set(lasting);
  }

  /**
   * Reads the code as it is now.
   * @param checkout The checkout, of which the code of all kinds was read.
   * @param lasting URLs of modules that can't be loaded again: those of kinds, and all that the process runs itself.
   * @throws {UserError} if an import can't be followed.
   */
  static async read(
    { codes, layout }: Checkout,
    { module, native = [] }: Pipeline,
    lasting: Iterable<string>,
  ): Promise<GraphCode> {
    const entry = { module: codes.bundles.nameOf(module), as: 'graph' } as const;
    const bundled = () => bundle(layout.root, [entry], native);
    const now = await bundled();
    const external = now.flatMap((program) => program.external).filter((imported) => !isBuiltin(imported));
    const paths = [
      ...['package.json', 'package-lock.json', 'tsconfig.json', 'node_modules', 'node_modules/.package-lock.json'],
      ...external.map((imported) => `node_modules/${packageNameOf(imported)}/package.json`),
    ].map((path) => join(layout.root, path));
    const ofBundles = [...codes.bundles.found().keys()].filter((path) => path.includes('/node_modules/'));
    const lastingPaths = [...lasting].map((url) => fileURLToPath(url));
    return new GraphCode(layout.root, bundled, now, [...new Set([...paths, ...ofBundles])], lastingPaths);
  }

  /**
   * What of the graph would be another if it were built now. A change of modules is told once: whoever asks loads them
   * again.
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
    if (others.length === 0) return 'none';
    const modules = this.toLoadAgain(others.map(({ path }) => path));
    if (modules !== undefined && this.#takes(others)) return { modules };
    const now = await this.#bundled();
    if (digestOf(now) !== this.#program) return 'other';
    this.#codes = codesOf(now);
    this.#importers = importersOf(now);
    return 'none';
  }

  /**
   * The files of the modules to load again if some have changed: these, those that have changed before, and all that
   * import them.
   * @param changed Paths of files. Those that are not of the graph count for nothing.
   * @returns absolute paths, in order; undefined if nothing is to be loaded again, or something that can't be.
   */
  toLoadAgain(changed: readonly string[]): string[] | undefined {
    const ours = changed.map((path) => resolve(this.#root, path)).filter((path) => this.#codes.has(path));
    if (ours.length === 0) return undefined;
    const found = new Set([...ours, ...this.#changed]);
    for (const path of found) for (const importer of this.#importers.get(path) ?? []) found.add(importer);
    return [...found].some((path) => this.#lasting.has(path)) ? undefined : [...found].sort();
  }

  /** Makes up for a change of modules, unless more has changed since. Call it while nobody waits. */
  async settle(): Promise<void> {
    if (this.#program !== undefined) return;
    const now = await this.#bundled();
    const codes = codesOf(now);
    const isSame = [...codes].every(([path, { code }]) => code === this.#codes.get(path)?.code);
    if (isSame && codes.size === this.#codes.size) this.#program = digestOf(now);
  }

  /**
   * Whether files are still what was told of them.
   * @param identities By path, what they had before they were loaded: then that, too, is what was told.
   */
  areAsTold(identities: ReadonlyMap<string, FileIdentity | undefined>): boolean {
    return [...identities].every(([path, identity]) => {
      const told = this.#codes.get(path)?.identity;
      return told !== undefined && identity === told && fileIdentity(path) === told;
    });
  }

  /** Takes the code of modules as it was found, if they import what they did; returns whether they do. */
  #takes(looks: readonly Look[]): boolean {
    const isTaken = looks.every(({ path, after }) => {
      const before = this.#codes.get(path);
      return before !== undefined && after !== undefined && importsIn(before.code) === importsIn(after.code);
    });
    if (!isTaken) return false;
    for (const { path, after } of looks) {
      if (after !== undefined) this.#codes.set(path, after);
      this.#changed.add(path);
    }
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
      // A module is loaded again sooner than it is seen what it uses of its code.
      const isLoadedAgain = this.toLoadAgain([path]) !== undefined;
      const isSame = isLoadedAgain ? after.code === before.code : await isSameInGraph(before, after);
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

/** By absolute path, the files that import a file. */
function importersOf(bundled: readonly Bundled[]): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(bundled.flatMap(({ importers }) => [...importers]));
}

function codesOf(bundled: readonly Bundled[]): Map<string, FileCode> {
  return new Map(bundled.flatMap(({ codes }) => [...codes]));
}
