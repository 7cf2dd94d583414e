import { register } from 'node:module';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type FileIdentity, fileIdentity } from '../engine/file-digests.ts';
import type { Pipeline } from '../engine/pipeline.ts';

/** A pipeline that was loaded again. */
export interface Loaded {
  readonly pipeline: Pipeline;
  /** Of the files of all modules that were loaded again, by path, before they were. */
  readonly identities: ReadonlyMap<string, FileIdentity | undefined>;
}

/** What takes longer to load may never end. */
const LONGEST_MS = 2000;

let take: ((pipeline: Pipeline) => void) | undefined;
let loads = 0;
let isRegistered = false;

/**
 * The pipeline of a program some of whose modules have changed, while all others are as they were loaded. Call it again
 * only after it has ended.
 * @param modules The paths of the modules to load again: with each, all that import it.
 * Their `import.meta.url` has a query then.
 * @returns undefined if there is none, or one of them can't be loaded, or takes too long.
 */
export async function loadAgain({ module }: Pipeline, modules: readonly string[]): Promise<Loaded | undefined> {
  if (!isRegistered) register('./load-again-hooks.ts', import.meta.url);
  isRegistered = true;
  const identities = new Map(modules.map((path) => [path, fileIdentity(path)]));
  let taken: Pipeline | undefined;
  take = (pipeline) => {
    taken = pipeline;
  };
  try {
    loads += 1;
    const again = JSON.stringify(modules.map((path) => pathToFileURL(path).href));
    const loading = import(`${module}?${new URLSearchParams({ load: `${loads}`, again })}`);
    await Promise.race([loading, setTimeout(LONGEST_MS, undefined, { ref: false })]);
  } catch {
    return undefined;
  } finally {
    take = undefined;
  }
  return taken && { pipeline: { ...taken, module }, identities };
}

/** Takes the pipeline of a program that is being loaded again, unless that took too long; returns whether it is. */
export function isTaken(pipeline: Pipeline): boolean {
  take?.(pipeline);
  return loads > 0;
}
