import type { Pipeline } from '../engine/pipeline.ts';
import { requiredRemote } from './remote.ts';
import { type RunCommandOptions, run } from './run.ts';

/** Brings the targets, or all that is published, from a shared store; returns 1 if it does not have all. */
export function pull(pipeline: Pipeline, targets: readonly string[], options: RunCommandOptions): Promise<number> {
  requiredRemote(options);
  return run(pipeline, targets.length === 0 ? undefined : targets, { ...options, fetchOnly: true });
}
