import { realpathSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Bundled, bundle, type Entry } from './bundler.ts';
import type { Checkout } from './checkout.ts';
import { type FileCode, graphCodeOf, isSameInGraph } from './file-code.ts';
import { type FileIdentity, fileIdentity } from './file-digests.ts';
import { statsAt } from './files.ts';
import { NativePackages, packageNameOf } from './native-packages.ts';
import type { Pipeline } from './pipeline.ts';
import { identitiesOf } from './snapshot.ts';

/**
 * What can make a graph another one: nothing; modules that import what they did, so that it is enough to load them, and
 * all that import them, again; or more than that.
 */
export type GraphChange = 'none' | 'other' | { readonly modules: readonly string[] };

/** What is found at the path of a file. */
interface Look {
  readonly path: string;
  readonly isSame: boolean;
  readonly after?: FileCode;
}

/**
 * All code that can decide a graph, the engine and the command line included. Of our own code it is the program without
 * what its kinds run; of packages it is what is installed, as the file system shows it.
 */
export class GraphCode {
  readonly #root: string;
  readonly #bundled: (instead?: ReadonlyMap<string, FileCode>) => Promise<Bundled>;
  readonly #packages: readonly string[];
  readonly #installed: string;
  /** The paths from the root of all files of packages, there or not, of which `arePackagesAsRead` tells. */
  readonly packages: ReadonlySet<string>;
  /** Each file as this process has loaded it. */
  readonly #loaded: ReadonlyMap<string, FileCode>;
  /** What is no code, such as data and fonts: by absolute path. */
  readonly #assets: ReadonlyMap<string, FileIdentity | undefined>;
  /** The code of the graph; undefined after modules were loaded again. */
  #program: string | undefined;
  /** Each file that was read, by its absolute path. */
  #codes: Map<string, FileCode>;
  #importers: ReadonlyMap<string, ReadonlySet<string>>;
  /** The files of modules that have changed and were loaded again. */
  readonly #changed = new Set<string>();
  /** The files that have changed where the graph uses nothing of them. They were not loaded again. */
  readonly #outdated = new Set<string>();
  /** The files of modules that can't be loaded again. */
  readonly #lasting: ReadonlySet<string>;

  private constructor(
    root: string,
    bundled: (instead?: ReadonlyMap<string, FileCode>) => Promise<Bundled>,
    now: Bundled,
    packages: readonly string[],
    lasting: readonly string[],
  ) {
    this.#root = root;
    this.#bundled = bundled;
    this.#packages = packages;
    const looks = packages.map(statsAt);
    this.#installed = identitiesOf(looks);
    // What is behind a link changes without it, and so does what is in the folders of a folder.
    const files = packages.filter((_, index) => looks[index]?.isFile() ?? true);
    this.packages = new Set(files.map((path) => relative(root, path)));
    this.#loaded = now.codes;
    this.#program = now.code;
    this.#codes = new Map(now.codes);
    this.#importers = now.importers;
    const assets = filesOf(now, root).filter((path) => !now.codes.has(path));
    this.#assets = new Map(assets.map((path) => [path, fileIdentity(path)]));
    this.#lasting = new Set(lasting);
  }

  /**
   * Reads the code as it is now.
   * @param checkout The checkout, of which the code of all kinds was read.
   * @param lasting URLs of modules that can't be loaded again: those of kinds, and all that the process runs itself.
   * @throws {UserError} if an import can't be followed.
   */
  static async read(
    { codes, fileDigests, layout }: Checkout,
    { module, native = [] }: Pipeline,
    lasting: Iterable<string>,
  ): Promise<GraphCode> {
    const entry = { module: codes.bundles.nameOf(module), as: 'graph' } as const;
    const bundled = (instead?: ReadonlyMap<string, FileCode>) => bundleOf(layout.root, entry, native, instead);
    const now = await bundled();
    const packages = now.external.filter((imported) => !isBuiltin(imported)).map(packageNameOf);
    const installed = new NativePackages(layout.root, fileDigests);
    installed.digestsOf({ packages: [...new Set(packages)], portable: true });
    const decisive = [
      'package.json',
      'package-lock.json',
      'tsconfig.json',
      'node_modules',
      'node_modules/.package-lock.json',
    ].map((path) => join(layout.root, path));
    const ofBundles = [...codes.bundles.found().keys()].filter((path) => path.includes('/node_modules/'));
    const lastingPaths = [...lasting].map((url) => fileURLToPath(url));
    const paths = [...new Set([...decisive, ...installed.found.keys(), ...ofBundles])];
    return new GraphCode(layout.root, bundled, now, paths, lastingPaths);
  }

  /** Whether what is installed is as it was read. If it is not, the graph may be another. */
  arePackagesAsRead(): boolean {
    return identitiesOf(this.#packages.map(statsAt)) === this.#installed;
  }

  /**
   * What of the graph would be another if it were built now, with the packages that were read. A change of modules is
   * told once: whoever asks loads them again.
   * @param changed The paths, from the root, of files that are known to have changed: new ones among them.
   * @throws {UserError} if an import can't be followed.
   */
  async changeBy(changed: readonly string[]): Promise<GraphChange> {
    // What is behind a link has no identity of its own.
    const found = [...this.#codes].filter(
      ([path, { identity }]) => identity === undefined || fileIdentity(path) !== identity,
    );
    const paths = new Set([...found.map(([path]) => path), ...changed.map((path) => join(this.#root, path))]);
    const others = (await Promise.all([...paths].map((path) => this.#look(path)))).filter(({ isSame }) => !isSame);
    if (others.length === 0) return 'none';
    const modules = this.toLoadAgain(others.map(({ path }) => path));
    if (modules !== undefined && others.every((other) => this.#importsWhatItDid(other))) {
      if (!(await this.#usesWhatWasLoaded(modules))) return 'other';
      this.#noteChanged(others);
      return { modules };
    }
    const now = await this.#bundled();
    if (now.code !== this.#program) return 'other';
    this.#codes = new Map(now.codes);
    this.#importers = now.importers;
    const files = new Set(filesOf(now, this.#root));
    for (const { path } of others) if (files.has(path)) this.#outdated.add(path);
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
    const canBeLoadedAgain = (path: string) => !this.#lasting.has(path) && hasUrlOfItsOwn(path);
    return [...found].every(canBeLoadedAgain) ? [...found].sort() : undefined;
  }

  /**
   * Whether the graph would be the same with the code that was loaded of outdated files. What is loaded again may use what
   * it did not.
   */
  async #usesWhatWasLoaded(modules: readonly string[]): Promise<boolean> {
    const loaded = new Map<string, FileCode>();
    for (const path of this.#outdated) {
      const code = this.#loaded.get(path);
      if (modules.includes(path)) continue;
      if (code === undefined) return false;
      loaded.set(path, code);
    }
    if (loaded.size === 0) return true;
    const [now, before] = await Promise.all([this.#bundled(), this.#bundled(loaded)]);
    return now.code === before.code;
  }

  /** Makes up for a change of modules, unless more has changed since. Call it while nobody waits. */
  async settle(): Promise<void> {
    if (this.#program !== undefined) return;
    const { code, codes } = await this.#bundled();
    const isSame =
      codes.size === this.#codes.size &&
      [...codes].every(([path, { code }]) => code === this.#codes.get(path)?.code) &&
      [...this.#assets].every(([path, identity]) => fileIdentity(path) === identity);
    if (isSame) this.#program = code;
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

  #importsWhatItDid({ path, after }: Look): boolean {
    const before = this.#codes.get(path);
    return before !== undefined && after !== undefined && importsIn(before.code) === importsIn(after.code);
  }

  #noteChanged(looks: readonly Look[]): void {
    for (const { path, after } of looks) {
      if (after !== undefined) this.#codes.set(path, after);
      this.#changed.add(path);
    }
    this.#program = undefined;
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

async function bundleOf(
  root: string,
  entry: Entry,
  native: readonly string[],
  instead?: ReadonlyMap<string, FileCode>,
): Promise<Bundled> {
  const [bundled] = await bundle(root, [entry], native, instead);
  if (bundled === undefined) throw new Error(`${entry.module} gave no bundle`);
  return bundled;
}

/** Whether Node loads a module by the URL of its path: CommonJS is loaded once, and what is linked by where it is. */
function hasUrlOfItsOwn(path: string): boolean {
  try {
    return !/\.c[jt]s$/.test(path) && realpathSync(path) === path;
  } catch {
    return false;
  }
}

/** The absolute paths of all files of a bundle. */
function filesOf({ files }: Bundled, root: string): string[] {
  return files.map((name) => join(root, name));
}

/** What some code imports. */
function importsIn(code: string): string {
  return [...code.matchAll(/\b(?:from|import)\s*\(?\s*["'`][^"'`]*/g)].join('\n');
}
