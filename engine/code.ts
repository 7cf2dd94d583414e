import { isBuiltin } from 'node:module';
import type { Bundles, Module } from './bundles.ts';
import { type Digest, digestList } from './digest.ts';
import { UserError } from './errors.ts';
import type { Graph, Stage } from './graph.ts';
import type { Kind } from './kind.ts';
import { type NativePackages, platform } from './native-packages.ts';

/** The code that a stage runs. */
export interface Code {
  /** Digest of the bundle and of all that the bundle could not hold. */
  readonly digest: Digest;
  readonly bundle: Digest;
  /** A digest of what the bundle holds of each file, by path from the root. */
  readonly files: Readonly<Record<string, string>>;
  /** Version and digest of each package that is in the bundle, or beside it. */
  readonly packages: Readonly<Record<string, string>>;
  /** The platform that it runs on, if that may change what it makes. */
  readonly platform?: string;
}

/** The code of stages. */
export class Codes {
  readonly bundles: Bundles;
  readonly #native: NativePackages;
  readonly #known = new Map<string, Code>();

  constructor(bundles: Bundles, native: NativePackages) {
    this.bundles = bundles;
    this.#native = native;
  }

  /**
   * Reads the code of all kinds in a graph.
   * @throws {UserError} if a kind can't be bundled.
   */
  async read(graph: Graph): Promise<void> {
    await this.bundles.read(modulesOf(graph));
  }

  /**
   * The code of a stage. That of its kind must have been read.
   * @throws {UserError} if its bundle imports a package that no recipe of it would count.
   */
  of({ kind, native }: Stage): Code {
    const key = native === undefined ? kind.module : `${kind.module} ${native.portable} ${native.packages.join(' ')}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const { digest: bundle, files, packages, external } = this.bundles.of(kind.module);
    requireDeclared(kind, external);
    const beside = native === undefined ? {} : this.#native.digestsOf(native);
    const where = native?.portable === false ? { platform: platform() } : {};
    const digest = digestList([bundle, ...Object.entries(beside).flat(), ...Object.values(where)]);
    const code: Code = { digest, bundle, files, packages: { ...packages, ...beside }, ...where };
    this.#known.set(key, code);
    return code;
  }
}

/** Refuses a kind whose bundle imports packages that no recipe of it would count. */
function requireDeclared({ name, native }: Stage['kind'], external: readonly string[]): void {
  const imported = external.find((specifier) => !isBuiltin(specifier));
  if (imported === undefined || native !== undefined) return;
  throw new UserError(
    `the kind '${name}' imports ${imported}, which no bundle holds: have its native() name the package, so that it counts`,
  );
}

/** The modules of the kinds in a graph, and those whose code its stages of provenance have. */
export function modulesOf(graph: Graph): Module[] {
  const kinds = new Map<string, Kind>();
  const besides = new Set<string>();
  for (const { kind, modules = [] } of graph.values()) {
    kinds.set(kind.module, kind);
    for (const url of modules) besides.add(url);
  }
  return [
    ...[...kinds.values()].map(
      ({ module, effects }): Module => ({
        url: module,
        as: effects.length > 0 ? 'source' : 'pure',
      }),
    ),
    ...[...besides].filter((url) => !kinds.has(url)).map((url): Module => ({ url, as: 'page' })),
  ];
}
