import type { Pipeline } from '../engine/pipeline.ts';

let take: ((pipeline: Pipeline) => void) | undefined;
let loads = 0;

/**
 * The pipeline of a program whose own module has changed, while all that it imports is as it was loaded.
 * @returns undefined if the module has none.
 * @throws {unknown} what the module throws.
 */
export async function loadAgain({ module }: Pipeline): Promise<Pipeline | undefined> {
  let taken: Pipeline | undefined;
  take = (pipeline) => {
    taken = pipeline;
  };
  try {
    loads += 1;
    // By another URL, since what was loaded by one is not loaded again.
    await import(`${module}?${loads}`);
  } finally {
    take = undefined;
  }
  return taken && { ...taken, module };
}

/** Takes the pipeline of a program that is being loaded again; returns whether it is. */
export function isTaken(pipeline: Pipeline): boolean {
  take?.(pipeline);
  return take !== undefined;
}
