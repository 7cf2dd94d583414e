import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { type Digest, digestList, type JsonObject } from '../engine/digest.ts';
import { UsageError } from '../engine/errors.ts';
import { Layout } from '../engine/layout.ts';
import { type Pipeline, rootOf } from '../engine/pipeline.ts';

/** The options that choose a configuration. */
export interface ChoiceOptions {
  readonly set: readonly string[];
  readonly profile?: string;
  readonly backend?: string;
  /** The former name of `backend`. */
  readonly engine?: string;
  readonly out?: string;
}

/** What the options choose. Whether the pipeline can be built of it is not known yet. */
export interface Choice {
  readonly params: JsonObject;
  /**
   * The folder, from the root, below which outputs are put. Empty for the root itself, which takes the committed params
   * only.
   */
  readonly placeFolder: string;
  /** Digest of all that is chosen. */
  readonly digest: Digest;
}

/** The folder of outputs of other than the committed params, and of whatever else is written for people. */
export const DEFAULT_OUT = 'out';

/**
 * What the options choose.
 * @throws {UsageError} if an option is wrong by itself.
 */
export async function choiceOf(pipeline: Pipeline, options: ChoiceOptions): Promise<Choice> {
  const assignments = [
    ...profileAssignments(pipeline, options.profile),
    ...options.set,
    ...backendAssignments(options),
  ];
  const committed = JSON.parse(JSON.stringify(pipeline.params));
  // Loaded here, since most runs set no param.
  const params =
    assignments.length === 0 ? committed : (await import('./params.ts')).withAssignments(committed, assignments);
  const isAsked = options.set.length > 0 || options.profile !== undefined;
  const isCommitted = !isAsked && JSON.stringify(params) === JSON.stringify(committed);
  const out = options.out ?? (isCommitted ? undefined : DEFAULT_OUT);
  const placeFolder = out === undefined ? '' : placeFolderAt(rootOf(pipeline), resolve(out));
  if (!isCommitted && placeFolder === '')
    throw new UsageError('--out is the checkout itself, where only the committed params are built');
  // Not canonical, since the graph may depend on the order of the keys.
  const digest = digestList([pipeline.module, JSON.stringify(params), placeFolder]);
  return { params, placeFolder, digest };
}

function backendAssignments({ backend, engine = backend }: ChoiceOptions): readonly string[] {
  if (backend !== undefined && backend !== engine) {
    throw new UsageError(
      `--backend ${backend} and --engine ${engine} differ: --engine is the former name of --backend`,
    );
  }
  return engine === undefined ? [] : [`backend=${engine}`];
}

/** The path of the folder of outputs from the root: empty for the root itself, whatever the path that leads there. */
function placeFolderAt(root: string, out: string): string {
  const real = realPathOf(out);
  if (real === realpathSync(root)) return '';
  const artifacts = realPathOf(new Layout(root).artifacts);
  if (`${real}/`.startsWith(`${artifacts}/`))
    throw new UsageError(`--out can't be in ${artifacts}, which is the checkout's`);
  const there = thereOf(real);
  if (!statSync(there).isDirectory())
    throw new UsageError(`${there} is no folder: --out names one, or what is to become one`);
  return relative(root, out);
}

/** Where a path leads, with links followed as far as it exists. */
function realPathOf(path: string): string {
  return existsSync(path) ? realpathSync(path) : join(realPathOf(dirname(path)), basename(path));
}

/** What is there of a path. */
function thereOf(path: string): string {
  return existsSync(path) ? path : thereOf(dirname(path));
}

function profileAssignments({ profiles = {} }: Pipeline, name: string | undefined): readonly string[] {
  if (name === undefined) return [];
  const assignments = new Map(Object.entries(profiles)).get(name);
  if (assignments !== undefined) return assignments;
  throw new UsageError(`there is no profile '${name}': there is ${Object.keys(profiles).join(', ') || 'none'}`);
}
