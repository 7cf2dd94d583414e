import { readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { byKey, digestList } from './digest.ts';
import type { FileDigests } from './file-digests.ts';
import { pathsBelow, readOptionalFile, statsAt } from './files.ts';
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

/** What can't be bundled: packages, by what is installed of them. */
export class NativePackages {
  readonly #root: string;
  readonly #fileDigests: FileDigests;
  readonly #known = new Map<string, Readonly<Record<string, string>>>();
  /** All files that were looked at, each with its digest. */
  readonly files = new Map<string, string>();

  constructor(root: string, fileDigests: FileDigests) {
    this.#root = root;
    this.#fileDigests = fileDigests;
  }

  /**
   * Version and digest of the packages, and of all installed ones that they depend on. Where outputs are the same on every
   * platform, the packages that are for one platform do not count: their versions are those that the others ask for.
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

  #digestOf(place: string): string {
    const folder = join(this.#root, place);
    const own = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => name !== 'node_modules');
    const paths = own.flatMap((entry) =>
      entry.isDirectory() ? pathsBelow(join(folder, entry.name)) : [join(folder, entry.name)],
    );
    return digestList(
      paths.sort().flatMap((path) => {
        const digest = this.#fileDigests.digestOf(path) ?? '';
        this.files.set(path, digest);
        return [path.slice(folder.length), digest];
      }),
    );
  }

  /** Where the package is that `name` means inside the package at `from`: the nearest node_modules upwards. */
  #resolve(name: string, from: string): string | undefined {
    for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
      const place = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
      if (statsAt(join(this.#root, place, 'package.json')) !== undefined) return place;
      if (folder === '') return undefined;
    }
  }
}

/** What the results of native code may differ by. */
export function platform(): string {
  return `${process.platform} ${process.arch}, ${cpus()[0]?.model ?? 'unknown processor'}`;
}
