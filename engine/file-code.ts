import { readFile } from 'node:fs/promises';
import { type Loader, transform } from 'esbuild';
import { type FileIdentity, fileIdentity } from './file-digests.ts';

/** A file as it is bundled. */
export interface FileCode {
  /** Its identity before it was read. */
  readonly identity: FileIdentity | undefined;
  readonly code: string;
}

/** The language that code is bundled in. */
export const TARGET = 'es2022';
/** Settings by which a module keeps the imports that it names, whether it uses them or not. */
export const verbatim = { compilerOptions: { verbatimModuleSyntax: true } };

/** By path, the text of a file and what is left of it: many modules hold a file, and watching bundles it again. */
const bareCodes = new Map<string, { readonly text: string; readonly code: string }>();

/**
 * The code of a file without comments, types and formatting.
 * @throws {Error} if it can't be read or parsed.
 */
export async function bareCodeOf(path: string): Promise<string> {
  const text = await readFile(path, 'utf8');
  const known = bareCodes.get(path);
  if (known?.text === text) return known.code;
  const { code } = await transform(text, {
    loader: loaderOf(path),
    sourcefile: path,
    minifyWhitespace: true,
    legalComments: 'none',
    charset: 'utf8',
    tsconfigRaw: verbatim,
    logLevel: 'silent',
  });
  bareCodes.set(path, { text, code });
  return code;
}

/**
 * Leaves out the `run` of a kind, so that whatever only that uses is dropped. Where a file has more than one `run`, all
 * of it stays: then the graph is built again for changes that do not concern it, which costs time only.
 */
export function withoutRun(code: string): string {
  const member = /([,{])(?:run:|(async )?run\()/g;
  const isOnly = [...code.matchAll(member)].length === 1 && /\bdefine(?:Kind|Source)\(\{/.test(code);
  if (!isOnly) return code;
  return code.replace(member, (found: string, before: string, async = '') => {
    return `${before}run:true?void 0:${found.endsWith('(') ? `${async}function(` : ''}`;
  });
}

/**
 * A file as it is bundled for a graph.
 * @throws {Error} if it can't be read or parsed.
 */
export async function graphCodeOf(path: string): Promise<FileCode> {
  const identity = fileIdentity(path);
  return { identity, code: withoutRun(await bareCodeOf(path)) };
}

/** Whether two codes of a file surely give the same to the bundle of a graph. */
export async function isSameInGraph(before: FileCode, after: FileCode): Promise<boolean> {
  return after.code === before.code || (await usedOf(after.code)) === (await usedOf(before.code));
}

/** The code of a module without what it declares and never uses. */
async function usedOf(code: string): Promise<string> {
  const used = await transform(code, {
    loader: 'js',
    format: 'esm',
    treeShaking: true,
    minifySyntax: true,
    target: TARGET,
  });
  return used.code;
}

function loaderOf(path: string): Loader {
  return path.endsWith('x') ? 'tsx' : /\.[cm]?ts$/.test(path) ? 'ts' : 'js';
}
