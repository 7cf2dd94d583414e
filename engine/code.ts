import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { byKey, type Digest, digestBytes, digestList, digestSchema } from './digest.ts';
import { UserError } from './errors.ts';
import type { FileDigests } from './file-digests.ts';
import { statsAt } from './files.ts';
import { recall, remember } from './memory-file.ts';
import { PackageLock } from './packages.ts';

/** The code that a kind of stage is made of. */
export interface Code {
  /** Digest of both lists below. */
  readonly digest: Digest;
  /** Digest of every file in the import closure, without types, comments and white space, by path from the root. */
  readonly modules: Readonly<Record<string, Digest>>;
  /** Version and integrity of every package in the import closure, with all that they depend on. */
  readonly packages: Readonly<Record<string, string>>;
}

/** What one file contributes: the digest of its code, and what it imports or locates. */
const moduleSchema = v.object({
  /** Digest of the whole contents that the rest was found in. */
  contents: digestSchema,
  digest: digestSchema,
  modules: v.array(v.string()),
  assets: v.array(v.string()),
  packages: v.array(v.string()),
});

type Module = v.InferOutput<typeof moduleSchema>;

/** What was found, by the path of the module, and by which parser. */
const memorySchema = v.strictObject({ parser: digestSchema, modules: v.record(v.string(), moduleSchema) });

/** Version of how modules are read. Changing it has all of them read anew. */
const PARSER_FORMAT = 'modules/2';

/** Finds the code behind the kinds of stages. */
export class CodeReader {
  readonly #root: string;
  readonly #fileDigests: FileDigests;
  readonly path: string;
  readonly #recalled: v.InferOutput<typeof memorySchema> | undefined;
  /** What was found in each file last, so that unchanged files need no parser. */
  #memory: Map<string, Module> | undefined;
  readonly #contents = new Map<string, Digest>();
  readonly #codes = new Map<string, Code>();
  /** Whether what was remembered is damaged, and was forgotten. */
  readonly damaged: boolean;
  #packageLock: PackageLock | undefined;
  #changed = false;

  constructor(root: string, fileDigests: FileDigests, memoryPath: string) {
    this.#root = root;
    this.#fileDigests = fileDigests;
    this.path = memoryPath;
    const { value, damaged } = recall(memoryPath, memorySchema);
    this.#recalled = value;
    this.damaged = damaged;
  }

  /**
   * The code of the module at a URL. The same answer throughout the life of the reader.
   * @throws {UserError} if an import can't be followed.
   */
  async codeOf(moduleUrl: string): Promise<Code> {
    const entry = fileURLToPath(moduleUrl);
    const known = this.#codes.get(entry);
    if (known !== undefined) return known;
    const modules = new Map<string, Digest>();
    const assets = new Map<string, Digest>();
    const packages = new Set<string>();
    const pending = [this.#nameOf(entry)];
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      if (modules.has(name)) continue;
      const module = await this.#read(name);
      modules.set(name, module.digest);
      for (const file of [...module.modules, ...module.assets]) this.#requireClear(file, name);
      pending.push(...module.modules);
      for (const asset of module.assets) assets.set(asset, this.#contentsOf(asset));
      for (const imported of module.packages) packages.add(imported);
    }
    // A file that is both counts byte by byte.
    const code = makeCode(
      [...new Map([...modules, ...assets])],
      packages.size === 0 ? [] : [...this.#lock().closureOf(packages)],
    );
    this.#codes.set(entry, code);
    return code;
  }

  /** The first file of the code that is no longer as it was read; undefined if all are. */
  changedFile(code: Code): string | undefined {
    return Object.keys(code.modules).find(
      (name) => this.#fileDigests.digestOf(join(this.#root, name)) !== this.#contents.get(name),
    );
  }

  /** All files that were read so far, each with the digest of its contents. */
  filesRead(): Map<string, Digest> {
    return new Map([...this.#contents].map(([name, digest]) => [join(this.#root, name), digest]));
  }

  /** Remembers what was parsed for the next run. Losing it costs time, never correctness. */
  save(): void {
    if (this.#changed) {
      remember(this.path, { parser: this.#parser(), modules: Object.fromEntries(this.#known()) });
    }
    this.#changed = false;
  }

  async #read(name: string): Promise<Module> {
    const contents = this.#contentsOf(name);
    const known = this.#known().get(name);
    if (known?.contents === contents) return known;
    const module = await this.#parse(name, contents);
    this.#known().set(name, module);
    this.#changed = true;
    return module;
  }

  /** What the same parser has found in each file. */
  #known(): Map<string, Module> {
    const { parser, modules = {} } = this.#recalled ?? {};
    this.#memory ??= new Map(parser === this.#parser() ? Object.entries(modules) : []);
    return this.#memory;
  }

  /** Digest of all that decides what is found in a file. */
  #parser(): Digest {
    return digestList([PARSER_FORMAT, ...[...this.#lock().closureOf(['esbuild', 'es-module-lexer'])].flat()]);
  }

  #contentsOf(name: string): Digest {
    const contents = this.#fileDigests.digestOf(join(this.#root, name));
    if (contents === undefined) throw new UserError(`${name} is imported, but there is no such file`);
    this.#contents.set(name, contents);
    return contents;
  }

  async #parse(name: string, contents: Digest): Promise<Module> {
    const path = join(this.#root, name);
    // Loaded here, since a run that finds every file as it was has nothing to parse.
    const { parseModule } = await import('./module-parser.ts');
    const { code, imports, located } = await parseModule(readFileSync(path, 'utf8'), name);
    const namesOf = (specifiers: readonly string[]) =>
      specifiers.filter(isRelative).map((specifier) => this.#nameOf(resolve(dirname(path), specifier)));
    const imported = namesOf(imports);
    const external = [...imports, ...located].filter((specifier) => !isRelative(specifier) && !isBuiltin(specifier));
    return {
      contents,
      digest: digestBytes(code),
      modules: imported.filter(isModule),
      assets: [...namesOf(located), ...imported.filter((file) => !isModule(file))],
      packages: [...new Set(external.map(packageName))],
    };
  }

  /** Refuses a file that may import others than can be read off it, or in whose place another may be taken. */
  #requireClear(name: string, importer: string): void {
    if (/\.c[jt]s$/.test(name)) {
      throw new UserError(`${importer} imports ${name}, whose own imports can't be followed: write it as an ES module`);
    }
    const twin = name.replace(/\.(m?)js(x?)$/, '.$1ts$2');
    if (twin !== name && statsAt(join(this.#root, twin)) !== undefined) {
      throw new UserError(
        `${importer} imports ${name}, but ${basename(twin)} is beside it, and what runs the code decides which it takes: ` +
          'import the other, or remove one',
      );
    }
  }

  #lock(): PackageLock {
    this.#packageLock ??= new PackageLock(this.#root);
    return this.#packageLock;
  }

  #nameOf(path: string): string {
    const name = relative(this.#root, path).split(sep).join('/');
    if (name.startsWith('..')) throw new UserError(`${path} is imported, but it is outside of ${this.#root}`);
    return name;
  }
}

/** The code of some modules and packages, each by its name. */
export function makeCode(
  modules: readonly (readonly [string, Digest])[],
  packages: readonly (readonly [string, string])[],
): Code {
  const parts = [[...modules].sort(byKey), [...packages].sort(byKey)] as const;
  return {
    digest: digestList([...parts[0], ['', ''] as const, ...parts[1]].flat()),
    modules: Object.fromEntries(parts[0]),
    packages: Object.fromEntries(parts[1]),
  };
}

function isRelative(specifier: string): boolean {
  return specifier.startsWith('./') || specifier.startsWith('../');
}

/** Whether a file that is imported is code, rather than data such as JSON or WebAssembly. */
function isModule(name: string): boolean {
  return /\.m?[jt]sx?$/.test(name);
}

function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
