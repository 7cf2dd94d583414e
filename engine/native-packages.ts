import { readdirSync, readlinkSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { ABSENT } from './bundles.ts';
import { byKey, digestList } from './digest.ts';
import type { FileDigests } from './file-digests.ts';
import { readOptionalFile, statsAt } from './files.ts';
import type { Native } from './kind.ts';

const names = v.optional(v.record(v.string(), v.string()), {});

const descriptionSchema = v.object({
  version: v.optional(v.string(), '?'),
  dependencies: names,
  optionalDependencies: names,
  /** Only a package that is for some platforms has these. */
  os: v.optional(v.array(v.string())),
  cpu: v.optional(v.array(v.string())),
});

/** The packages that no bundle holds, by what is installed of them. */
export class NativePackages {
  readonly #root: string;
  readonly #fileDigests: FileDigests;
  readonly #known = new Map<string, Readonly<Record<string, string>>>();
  /** All that was looked at: by path, the digest of a file, or of the names in a folder. */
  readonly found = new Map<string, string>();

  constructor(root: string, fileDigests: FileDigests) {
    this.#root = root;
    this.#fileDigests = fileDigests;
  }

  /**
   * Version and digest of packages, and of all installed ones that they depend on, by name. Where outputs are portable,
   * packages that are for some platforms only do not count: their versions are those that the others ask for.
   */
  digestsOf({ packages, portable }: Native): Readonly<Record<string, string>> {
    const key = `${portable} ${packages.join(' ')}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const found = new Map<string, string>();
    const pending = packages.map((name) => ({ name, from: '' }));
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const place = this.#resolve(next.name, next.from);
      if (place === undefined) {
        if (next.from === '') found.set(next.name, 'not installed');
        continue;
      }
      const name = place.slice('node_modules/'.length);
      if (found.has(name)) continue;
      const { version, dependencies, optionalDependencies, os, cpu } = this.#describe(place);
      if (portable && (os !== undefined || cpu !== undefined)) continue;
      found.set(name, `${version} ${this.#digestOf(place)}`);
      for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) {
        pending.push({ name: needed, from: place });
      }
    }
    const digests = Object.fromEntries([...found].sort(byKey));
    this.#known.set(key, digests);
    return digests;
  }

  #describe(place: string): v.InferOutput<typeof descriptionSchema> {
    try {
      return v.parse(descriptionSchema, JSON.parse(readOptionalFile(join(this.#root, place, 'package.json')) ?? '{}'));
    } catch {
      return v.parse(descriptionSchema, {});
    }
  }

  /** Whether all that was found of packages is still there, as it was. */
  isUnchanged(): boolean {
    return [...this.found].every(([path, what]) => this.#look(path) === what);
  }

  #digestOf(place: string): string {
    const top = join(this.#root, place);
    const found: string[] = [];
    const pending = [top];
    for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
      this.found.set(folder, this.#look(folder));
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) {
          // What is in there are packages of their own.
          if (entry.name !== 'node_modules') pending.push(path);
          continue;
        }
        const what = this.#look(path);
        this.found.set(path, what);
        found.push(`${path.slice(top.length)} ${what}`);
      }
    }
    return digestList(found.sort());
  }

  /** What is at a path: the digest of a file, of the names in a folder, or of where a link leads. */
  #look(path: string): string {
    const stats = statsAt(path);
    if (stats?.isSymbolicLink()) return digestList(['link', readlinkSync(path)]);
    return stats?.isDirectory()
      ? digestList(readdirSync(path).sort())
      : ((stats && this.#fileDigests.digestOf(path, stats)) ?? ABSENT);
  }

  /** The folder of the package that a name means in the package at `from`, by the nearest node_modules upwards. */
  #resolve(name: string, from: string): string | undefined {
    for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
      const place = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
      if (statsAt(join(this.#root, place, 'package.json')) !== undefined) return place;
      if (folder === '') return undefined;
    }
  }
}

/** The package of what is imported, such as `vega` for `vega/src/x.js`. */
export function packageNameOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** This platform, as far as the results of native code depend on it. */
export function platform(): string {
  return `${process.platform} ${process.arch}, ${cpus()[0]?.model ?? 'unknown processor'}`;
}
