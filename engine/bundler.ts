import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { type BuildFailure, build, type Metafile, type Plugin } from 'esbuild';
import { UserError } from './errors.ts';
import { bareCodeOf, type FileCode, TARGET, verbatim, withoutRun } from './file-code.ts';
import { fileIdentity } from './file-digests.ts';

/** A module to bundle. */
export interface Entry {
  /** Its path from the root. */
  readonly module: string;
  readonly as: BundledAs;
}

/**
 * What a module is bundled as:
 * - pure: a kind without effects. It may import nothing of Node.
 * - page: what a browser runs. It may import nothing of Node, but bundles, by names that only running it tells.
 * - source: a kind with effects. It may import what Node has built in.
 * - worker: a process that runs kinds. It may import what Node has built in, and bundles.
 * - program: what builds the graph. It is never run, but tells which files it is made of; its packages stay outside.
 * - graph: a program without what its kinds run. It is never run, but tells whether a graph would be another now.
 */
export type BundledAs = 'pure' | 'page' | 'source' | 'worker' | 'program' | 'graph';

/** A module with all that it imports, as one ES module. */
export interface Bundled {
  readonly module: string;
  readonly code: string;
  /** The part of the code that comes from each file, by the path of the file from the root. */
  readonly parts: ReadonlyMap<string, string>;
  /** The code that the bundler has added. */
  readonly runtime: string;
  /** The paths from the root of all files that were read. */
  readonly files: readonly string[];
  /** The files of all modules that were bundled alike, by absolute path. */
  readonly codes: ReadonlyMap<string, FileCode>;
  /** The files that import a file, of the same, by absolute path. */
  readonly importers: ReadonlyMap<string, ReadonlySet<string>>;
  /** The packages that it imports when it runs. */
  readonly external: readonly string[];
}

const ONLY_SOURCES = '. Only a source (defineSource, engine/kind.ts) may use what Node has built in';
const CODE = /\.[cm]?[jt]sx?$/;
const RESOLVING = Symbol('resolving');

/**
 * Bundles modules, each with its packages, without what is never used and without comments, types and formatting: equal
 * code gives equal bytes on every machine, wherever the checkout is. Fonts and WebAssembly are embedded as bytes.
 * @param native packages that stay outside, as they can't be bundled.
 * @param instead By absolute path, what is bundled of a file instead of its own code.
 * @throws {UserError} if a module can't be parsed, or an import can't be followed.
 */
export async function bundle(
  root: string,
  entries: readonly Entry[],
  native: readonly string[],
  instead: ReadonlyMap<string, FileCode> = new Map(),
): Promise<Bundled[]> {
  const groups = (['pure', 'page', 'source', 'worker', 'program', 'graph'] as const).map((as) => {
    const modules = entries.filter((entry) => entry.as === as).map(({ module }) => module);
    return modules.length === 0 ? [] : bundleAlike(root, modules, as, native, instead);
  });
  return (await Promise.all(groups)).flat();
}

async function bundleAlike(
  root: string,
  modules: readonly string[],
  as: BundledAs,
  native: readonly string[],
  instead: ReadonlyMap<string, FileCode>,
): Promise<Bundled[]> {
  const codes = new Map<string, FileCode>();
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [...modules],
    outdir: root,
    outbase: root,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: runsAnywhere(as) ? 'neutral' : 'node',
    packages: as === 'program' || as === 'graph' ? 'external' : 'bundle',
    minifySyntax: as === 'graph',
    mainFields: ['module', 'main'],
    conditions: ['module'],
    target: TARGET,
    charset: 'utf8',
    external: native.flatMap((name) => [name, `${name}/*`]),
    legalComments: 'none',
    // Where a link leads depends on the machine.
    preserveSymlinks: true,
    tsconfigRaw: verbatim,
    logLevel: 'silent',
    plugins: [
      embeddedBytes,
      absentPackages,
      withoutComments(as === 'graph' ? withoutRun : (code) => code, instead, codes),
    ],
  }).catch((error: unknown) => {
    throw isBuildFailure(error) ? new UserError(describe(error)) : error;
  });
  const importers = importersIn(metafile, root);
  const texts = new Map(outputFiles.map(({ path, text }) => [relative(root, path).split(sep).join('/'), text]));
  return Object.entries(metafile.outputs).map(([path, output]) => {
    const code = texts.get(path) ?? '';
    const { parts, runtime } = partsOf(code, new Set(Object.keys(output.inputs)));
    if (as !== 'worker' && as !== 'page') requireLiteralImports(parts, as === 'program' || as === 'graph');
    const external = [...new Set(output.imports.filter((found) => found.external).map((found) => found.path))];
    const builtin = runsAnywhere(as) ? external.find(isBuiltin) : undefined;
    if (builtin !== undefined) throw new UserError(`${path} imports ${builtin}${ONLY_SOURCES}`);
    const files = filesBehind(metafile, output.entryPoint ?? path);
    const outside = files.find((file) => file.startsWith('../'));
    if (outside !== undefined) throw new UserError(`${path} imports ${outside}, which is outside of ${root}`);
    return {
      module: output.entryPoint ?? path,
      code,
      parts,
      runtime,
      files,
      codes,
      importers,
      external,
    };
  });
}

function importersIn({ inputs }: Metafile, root: string): Map<string, Set<string>> {
  const importers = new Map<string, Set<string>>();
  for (const [importer, { imports }] of Object.entries(inputs)) {
    for (const { path, external } of imports) {
      if (external) continue;
      const imported = join(root, path);
      importers.set(imported, (importers.get(imported) ?? new Set()).add(join(root, importer)));
    }
  }
  return importers;
}

function runsAnywhere(as: BundledAs): boolean {
  return as === 'pure' || as === 'page';
}

/**
 * Drops comments and formatting of every file before it is bundled, since esbuild keeps comments within expressions.
 * @param edited Changes the code that is left of a file.
 * @param codes Takes each file by its path.
 */
const withoutComments = (
  edited: (code: string) => string,
  instead: ReadonlyMap<string, FileCode>,
  codes: Map<string, FileCode>,
): Plugin => ({
  name: 'without-comments',
  setup({ onLoad }) {
    onLoad({ filter: CODE, namespace: 'file' }, async ({ path }) => {
      const identity = fileIdentity(path);
      const code = instead.get(path)?.code ?? edited(await bareCodeOf(path));
      codes.set(path, { identity, code });
      return { contents: code, loader: 'js', resolveDir: dirname(path) };
    });
  },
});

/** Embeds fonts and WebAssembly as modules whose default export is a Uint8Array. */
const embeddedBytes: Plugin = {
  name: 'embedded-bytes',
  setup({ onLoad }) {
    onLoad({ filter: /\.(ttf|wasm)$/, namespace: 'file' }, async ({ path }) => ({
      contents: `export default Uint8Array.from(atob("${(await readFile(path)).toString('base64')}"), (byte) => byte.charCodeAt(0));`,
    }));
  },
};

/**
 * Replaces a package that is not installed, and that a module would do without, by one that throws when it is loaded,
 * since whether the package is there when the bundle runs must not matter.
 */
const absentPackages: Plugin = {
  name: 'absent-packages',
  setup({ onLoad, onResolve, resolve: resolveWith }) {
    onResolve({ filter: /^[\w@]/, namespace: 'file' }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if ((kind !== 'dynamic-import' && kind !== 'require-call') || pluginData === RESOLVING || isBuiltin(path)) return;
      const found = await resolveWith(path, { kind, importer, resolveDir, pluginData: RESOLVING });
      return found.errors.length === 0 ? found : { path, namespace: 'absent' };
    });
    onLoad({ filter: /.*/, namespace: 'absent' }, ({ path }) => ({
      contents: `throw new Error(${JSON.stringify(`the package ${path} is not installed`)})`,
    }));
  },
};

/** Splits a bundle at the comments by which esbuild names the file of the code that follows. */
function partsOf(code: string, inputs: ReadonlySet<string>): Pick<Bundled, 'parts' | 'runtime'> {
  const parts = new Map<string, string>();
  let runtime = '';
  let current: string | undefined;
  for (const line of code.split('\n')) {
    const named = line.startsWith('// ') ? line.slice('// '.length) : undefined;
    if (named !== undefined && inputs.has(named)) current = named;
    else if (current === undefined) runtime += `${line}\n`;
    else parts.set(current, `${parts.get(current) ?? ''}${line}\n`);
  }
  return { parts, runtime };
}

/**
 * Refuses an import of ours whose name only running the code would tell: no bundle can hold it.
 * @param mayLoadAgain whether a URL with a query is let through: a program has it of what it has loaded.
 */
function requireLiteralImports(parts: ReadonlyMap<string, string>, mayLoadAgain: boolean): void {
  for (const [path, text] of parts) {
    if (path.includes('node_modules/')) continue;
    const found = [...text.matchAll(/\bimport\((?!"[^"]*"\)|`[^`$]*`\))[^)]*\)/g)].map(([imported]) => imported);
    const refused = found.find((imported) => !(mayLoadAgain && /^import\(`\$\{\w+\}\?/.test(imported)));
    if (refused === undefined) continue;
    throw new UserError(
      `${path} imports what only running it would tell: ${refused}\nWrite the name as a literal, so that the bundle holds it.`,
    );
  }
}

/** All files that were read for a module, used or not. */
function filesBehind({ inputs }: Metafile, entry: string): string[] {
  const found = new Set<string>();
  const pending = [entry];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    pending.push(...(inputs[name]?.imports ?? []).filter(({ external }) => !external).map(({ path }) => path));
  }
  return [...found].filter((name) => inputs[name] !== undefined && !/^(\(disabled\)|absent):/.test(name));
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error;
}

/** The first error of the bundler, in words. */
function describe({ errors }: BuildFailure): string {
  const [first] = errors;
  const place = first?.location;
  const where = place ? `${place.file}:${place.line}: ` : '';
  const builtin =
    /resolve "(?:node:)?[\w/]+"/.test(first?.text ?? '') &&
    first?.notes.some(({ text }) => /built into node/.test(text));
  const advice = builtin ? ONLY_SOURCES : '';
  return `${where}${first?.text ?? "it can't be bundled"}${advice}`;
}
