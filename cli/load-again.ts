import { fileURLToPath } from 'node:url';
import { type FileIdentity, fileIdentity } from '../engine/file-digests.ts';
import type { Pipeline } from '../engine/pipeline.ts';

/** A pipeline that was loaded again. */
export interface Loaded {
  readonly pipeline: Pipeline;
  /** Of the file of its module, before that was loaded. */
  readonly identity: FileIdentity;
}

let take: ((pipeline: Pipeline) => void) | undefined;
let loads = 0;

/**
 * The pipeline of a program whose own module has changed, while all that it imports is as it was loaded. Call it again
 * only after it has ended.
 * @returns undefined if the module has none, or can't be loaded.
 */
export async function loadAgain({ module }: Pipeline): Promise<Loaded | undefined> {
  const identity = fileIdentity(fileURLToPath(module));
  let taken: Pipeline | undefined;
  take = (pipeline) => {
    taken = pipeline;
  };
  try {
    loads += 1;
    // By another URL, since what was loaded by one is not loaded again.
    await import(`${module}?${loads}`);
  } catch {
    return undefined;
  } finally {
    take = undefined;
  }
  return taken === undefined || identity === undefined ? undefined : { pipeline: { ...taken, module }, identity };
}

/** Takes the pipeline of a program that is being loaded again; returns whether it is. */
export function isTaken(pipeline: Pipeline): boolean {
  take?.(pipeline);
  return take !== undefined;
}
