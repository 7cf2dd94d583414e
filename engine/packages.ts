import { join } from 'node:path';
import * as v from 'valibot';
import { UserError } from './errors.ts';
import { readOptionalFile } from './files.ts';

const lockSchema = v.object({
  packages: v.record(
    v.string(),
    v.object({
      version: v.optional(v.string()),
      resolved: v.optional(v.string()),
      /** Of a folder of the checkout: that it is elsewhere, at `resolved`. */
      link: v.optional(v.boolean()),
      integrity: v.optional(v.string()),
      dependencies: v.optional(v.record(v.string(), v.string())),
      optionalDependencies: v.optional(v.record(v.string(), v.string())),
      peerDependencies: v.optional(v.record(v.string(), v.string())),
      peerDependenciesMeta: v.optional(v.record(v.string(), v.object({ optional: v.optional(v.boolean()) }))),
    }),
  ),
});

/** So much of a package's integrity tells it apart: 96 bits. */
const INTEGRITY_LENGTH = 'sha512-'.length + 16;

/** The packages that package-lock.json resolves to: what an import of a package stands for. */
export class PackageLock {
  readonly #packages: v.InferOutput<typeof lockSchema>['packages'];
  readonly #path: string;

  /** @throws {UserError} if the lock of the packages is missing or damaged. */
  constructor(root: string) {
    this.#path = join(root, 'package-lock.json');
    const text = readOptionalFile(this.#path);
    if (text === undefined) throw new UserError(`${this.#path} is missing: npm install writes it`);
    try {
      this.#packages = v.parse(lockSchema, JSON.parse(text)).packages;
    } catch {
      throw new UserError(`${this.#path} is damaged: restore it, or have npm install write it anew`);
    }
  }

  /**
   * Version and integrity of the packages and of all that they depend on, by name.
   * @throws {UserError} if the lock does not have one of the packages.
   */
  closureOf(names: Iterable<string>): Map<string, string> {
    const places = new Map<string, string>();
    const pending = [...names].map((name) => this.#require(name));
    for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
      if (places.has(place)) continue;
      const { version = '', integrity = '', resolved, link, ...needs } = this.#packages[place] ?? {};
      if (link) {
        const name = place.replace(/^.*node_modules\//, '');
        throw new UserError(
          `the package ${name} is a link to ${resolved}, whose changes ${this.#path} does not show: import its files by their paths`,
        );
      }
      places.set(place, `${version} ${integrity.slice(0, INTEGRITY_LENGTH)}`);
      // A package works without its optional peers, such as the compiler that reads its types.
      const peers = Object.keys(needs.peerDependencies ?? {}).filter(
        (name) => !needs.peerDependenciesMeta?.[name]?.optional,
      );
      for (const name of [...Object.keys({ ...needs.dependencies, ...needs.optionalDependencies }), ...peers]) {
        const dependency = this.#resolve(name, place);
        if (dependency !== undefined) pending.push(dependency);
      }
    }
    return new Map([...places].map(([place, version]) => [place.replace(/^node_modules\//, ''), version]));
  }

  #require(name: string): string {
    const place = this.#resolve(name, '');
    if (place === undefined) throw new UserError(`the package ${name} is imported, but ${this.#path} does not have it`);
    return place;
  }

  /** Where npm put the package that `name` means inside the package at `from`: the nearest node_modules upwards. */
  #resolve(name: string, from: string): string | undefined {
    for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
      const place = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
      if (Object.hasOwn(this.#packages, place)) return place;
      if (folder === '') return undefined;
    }
  }
}
