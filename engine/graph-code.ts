import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { type Bundled, bundle } from './bundler.ts';
import type { Checkout } from './checkout.ts';
import { type Digest, digestList } from './digest.ts';
import { statsAt } from './files.ts';
import { packageNameOf } from './native-packages.ts';
import type { Pipeline } from './pipeline.ts';
import { identitiesOf } from './snapshot.ts';

/**
 * All code that can decide a graph, the engine and the command line included. Of our own code it is the program without
 * what its kinds run; of packages it is what is installed, as the file system shows it.
 */
export class GraphCode {
  readonly #bundled: () => Promise<Bundled[]>;
  readonly #packages: readonly string[];
  readonly #digest: Digest;

  private constructor(bundled: () => Promise<Bundled[]>, packages: readonly string[], digest: Digest) {
    this.#bundled = bundled;
    this.#packages = packages;
    this.#digest = digest;
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
    const packages = [...new Set([...paths, ...ofBundles])];
    return new GraphCode(bundled, packages, digestOf(now, packages));
  }

  /**
   * Whether the graph would be the same if it were built now.
   * @throws {UserError} if an import can't be followed.
   */
  async isUnchanged(): Promise<boolean> {
    return digestOf(await this.#bundled(), this.#packages) === this.#digest;
  }
}

function digestOf(bundled: readonly Bundled[], packages: readonly string[]): Digest {
  return digestList([...bundled.map(({ code }) => code), identitiesOf(packages.map(statsAt))]);
}
