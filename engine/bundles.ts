import { readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import type { Bundled, BundledAs, Entry } from './bundler.ts';
import { byKey, type Digest, digestBytes, digestList, digestSchema } from './digest.ts';
import { UserError } from './errors.ts';
import { reached } from './fault-points.ts';
import { type FileDigests, wasAtRestAt } from './file-digests.ts';
import { readOptionalFile, statsAt, writeFileAtomically } from './files.ts';
import type { Layout } from './layout.ts';
import { recall, remember } from './memory-file.ts';

/** A module to bundle. */
export interface Module {
  readonly url: string;
  readonly as: BundledAs;
}

/** A module with all that it imports, as one file. */
export interface Bundle {
  readonly digest: Digest;
  /** A digest of what it holds of each file of ours, by path from the root. */
  readonly files: Readonly<Record<string, string>>;
  /** What it holds of each package: version and digest. */
  readonly packages: Readonly<Record<string, string>>;
  /** The packages that it imports when it runs. */
  readonly external: readonly string[];
}

const textsSchema = v.record(v.string(), v.string());

const rememberedSchema = v.strictObject({
  digest: digestSchema,
  files: textsSchema,
  packages: textsSchema,
  external: v.array(v.string()),
  /** All that decided it: by path from the root, what was found there (`#look`). */
  found: textsSchema,
});

type Remembered = v.InferOutput<typeof rememberedSchema>;

const memorySchema = v.strictObject({
  /** Digest of what bundled them. */
  bundler: digestSchema,
  bundles: v.record(v.string(), rememberedSchema),
});

/** What bundles, besides esbuild. */
const BUNDLER = ['./bundler.ts', './file-code.ts'];
/** Version of what is remembered. */
const FORMAT = 'bundles/1';
/** How many digits of its digest are kept of each part of a bundle: enough to see which part has changed. */
const PART_LENGTH = 16;
const NEVER_THROW = { throwIfNoEntry: false };
/** Stands for what was found at a path where there is nothing. */
export const ABSENT = 'absent';

/** The bundles of modules. A bundle is remembered, and is not made again while its files stay as they were. */
export class Bundles {
  readonly #layout: Layout;
  readonly #fileDigests: FileDigests;
  readonly #native: readonly string[];
  readonly #memory: Map<string, Remembered>;
  readonly #bundler: Digest;
  readonly #known = new Map<string, Remembered>();
  /** The code of the bundles that this process has made. */
  readonly #codes = new Map<Digest, string>();
  /** By path from the root, what was found there, so that each path is looked at once. */
  readonly #found = new Map<string, string>();
  /** Whether what was remembered is damaged, and was forgotten. */
  readonly damaged: boolean;
  #changed = false;

  /** @param native packages that stay outside of all bundles. */
  constructor(layout: Layout, fileDigests: FileDigests, native: readonly string[]) {
    this.#layout = layout;
    this.#fileDigests = fileDigests;
    this.#native = native;
    const esbuild = readOptionalFile(join(layout.root, 'node_modules/esbuild/package.json')) ?? '';
    const own = BUNDLER.map((file) => fileDigests.digestOf(fileURLToPath(new URL(file, import.meta.url))) ?? ABSENT);
    this.#bundler = digestList([FORMAT, ...own, versionIn(esbuild), ...native]);
    const { value, damaged } = recall(layout.bundleMemory, memorySchema);
    this.#memory = new Map(value?.bundler === this.#bundler ? Object.entries(value.bundles) : []);
    this.damaged = damaged;
  }

  /**
   * Makes the bundles of modules known: recalls those that are remembered, and makes all others at once.
   * @throws {UserError} if a module can't be bundled.
   */
  async read(modules: Iterable<Module>): Promise<void> {
    const missing: Entry[] = [];
    for (const { url, as } of modules) {
      const module = this.nameOf(url);
      if (!this.#recall(module)) missing.push({ module, as });
      // Looking at all files takes long: what waits for its turn gets it in between.
      await setImmediate();
    }
    await this.#make(missing);
  }

  /**
   * Has every path looked at again, since files may have changed. What is remembered of bundles stays.
   * @param unchanged The paths from the root of what has surely not.
   */
  lookAgain(unchanged: ReadonlySet<string>): void {
    this.#known.clear();
    for (const name of this.#found.keys()) if (!unchanged.has(name)) this.#found.delete(name);
  }

  /** The bundle of a module, which must have been read. */
  of(url: string): Bundle {
    const name = this.nameOf(url);
    const known = this.#known.get(name);
    if (known === undefined) throw new Error(`the bundle of ${name} was not read`);
    return known;
  }

  /** The path of a bundle, whether or not it is there. */
  pathOf(digest: Digest): string {
    return join(this.#layout.bundles, `${digest}.mjs`);
  }

  /** Whether a bundle is where it should be, and is what its digest says. */
  isWhole(digest: Digest): boolean {
    return this.#fileDigests.digestOf(this.pathOf(digest)) === digest;
  }

  /**
   * Puts the bundles of modules that were read into the folder that stages run them from.
   * @param setAside Is called with the path of what stands in the way.
   */
  async write(modules: Iterable<Module>, setAside: (path: string) => void): Promise<void> {
    const missing = [...modules].filter(({ url }) => !this.isWhole(this.of(url).digest));
    const lost = missing.filter(({ url }) => !this.#codes.has(this.of(url).digest));
    await this.#make(lost.map(({ url, as }) => ({ module: this.nameOf(url), as })));
    for (const { url } of missing) {
      const { digest } = this.of(url);
      const path = this.pathOf(digest);
      if (this.isWhole(digest)) continue;
      if (statsAt(path) !== undefined) setAside(path);
      this.#fileDigests.noteWritten(path, digest, writeFileAtomically(path, this.#codes.get(digest) ?? '', 0o444));
      reached('bundle:written');
    }
  }

  /** All that decides the bundles that were read: by absolute path, what was found there. */
  found(): Map<string, string> {
    return new Map(
      [...this.#known.values()].flatMap(({ found }) =>
        Object.entries(found).map(([name, what]) => [join(this.#layout.root, name), what] as const),
      ),
    );
  }

  /** Remembers the bundles for the next run. Losing them costs time, never correctness. */
  save(): void {
    if (this.#changed) {
      const bundles = Object.fromEntries([...this.#memory].sort(byKey));
      remember(this.#layout.bundleMemory, { bundler: this.#bundler, bundles });
    }
    this.#changed = false;
  }

  /** Takes the bundle that is remembered of a module, if all that decided it is as it was. */
  #recall(module: string): boolean {
    if (this.#known.has(module)) return true;
    const remembered = this.#memory.get(module);
    if (remembered === undefined) return false;
    if (!Object.entries(remembered.found).every(([name, what]) => this.#look(name) === what)) return false;
    this.#known.set(module, remembered);
    return true;
  }

  async #make(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return;
    // Loaded here, since most runs find every bundle as it was.
    const { bundle } = await import('./bundler.ts');
    const began = Date.now();
    for (const bundled of await bundle(this.#layout.root, entries, this.#native)) {
      const remembered = this.#remembered(bundled);
      this.#known.set(bundled.module, remembered);
      // A file that was written while it was bundled may have been read before that.
      if (!Object.entries(remembered.found).every(([name, what]) => what === ABSENT || this.#wasAtRest(name, began)))
        continue;
      this.#memory.set(bundled.module, remembered);
      this.#changed = true;
    }
  }

  #wasAtRest(name: string, time: number): boolean {
    return wasAtRestAt(join(this.#layout.root, name), time);
  }

  #remembered({ code, parts, runtime, files, external }: Bundled): Remembered {
    const digest = digestBytes(code);
    this.#codes.set(digest, code);
    const ours: [string, string][] = [];
    const ofPackages = new Map<string, string[]>();
    for (const [path, text] of parts) {
      const name = packageFolderOf(path);
      if (name === undefined) ours.push([path, partDigest(text)]);
      else ofPackages.set(name, [...(ofPackages.get(name) ?? []), text]);
    }
    const packages = [...ofPackages].map(([name, texts]): [string, string] => [
      name.slice('node_modules/'.length),
      `${this.#versionOf(name)} ${partDigest(texts.join(''))}`,
    ]);
    if (runtime !== '') packages.push(['esbuild', `${this.#versionOf('node_modules/esbuild')} ${partDigest(runtime)}`]);
    return {
      digest,
      files: Object.fromEntries(ours.sort(byKey)),
      packages: Object.fromEntries(packages.sort(byKey)),
      external: [...external],
      found: Object.fromEntries([...new Set([...files, ...lookedAt(files)])].map((name) => [name, this.#look(name)])),
    };
  }

  #versionOf(folder: string): string {
    return versionIn(readOptionalFile(join(this.#layout.root, folder, 'package.json')) ?? '');
  }

  /** What is at a path: the digest of a file, or of the names in a folder. */
  #look(name: string): string {
    const known = this.#found.get(name);
    if (known !== undefined) return known;
    const path = join(this.#layout.root, name);
    const stats = statsAt(path);
    const isFolder = stats?.isDirectory() || (stats?.isSymbolicLink() && statSync(path, NEVER_THROW)?.isDirectory());
    if (stats?.isSymbolicLink() && !isFolder) {
      throw new UserError(`${path} is a link, whose changes do not show: put there what it leads to`);
    }
    const found = isFolder ? digestList(namesIn(path)) : ((stats && this.#fileDigests.digestOf(path, stats)) ?? ABSENT);
    this.#found.set(name, found);
    return found;
  }

  /**
   * The path of a module from the root.
   * @throws {UserError} if it is not below the root.
   */
  nameOf(url: string): string {
    const name = relative(this.#layout.root, fileURLToPath(url)).split(sep).join('/');
    if (name.startsWith('..')) throw new UserError(`${url} is outside of ${this.#layout.root}, so it can't be bundled`);
    return name;
  }
}

/**
 * The paths that the bundler looks at to follow the imports of some files: descriptions and folders of packages,
 * whether they exist or not, and the folders of packages' files, where another file may come to stand for one that is
 * imported.
 */
function lookedAt(files: readonly string[]): string[] {
  const above = new Set<string>(['.']);
  for (const file of files) {
    for (let folder = dirname(file); folder !== '.' && !above.has(folder); folder = dirname(folder)) above.add(folder);
  }
  const folders = [...above].filter((folder) => !folder.endsWith('node_modules'));
  return [
    ...folders.filter((folder) => folder.includes('node_modules/')),
    ...folders.flatMap((folder) =>
      ['package.json', 'node_modules'].map((name) => (folder === '.' ? name : `${folder}/${name}`)),
    ),
  ];
}

/** The names in a folder; of packages, also those in the folders of scopes. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .flatMap((name) => (name.startsWith('@') ? readdirSync(join(folder, name)).map((sub) => `${name}/${sub}`) : name))
      .filter((name) => !name.startsWith('.'))
      .sort();
  } catch {
    return [];
  }
}

/** The folder of the package that a file is of; undefined for a file of ours. */
function packageFolderOf(path: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
}

function versionIn(description: string): string {
  return /"version":\s*"([^"]*)"/.exec(description)?.[1] ?? '?';
}

function partDigest(text: string): string {
  return digestBytes(text).slice(0, PART_LENGTH);
}
