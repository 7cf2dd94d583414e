import { availableParallelism } from 'node:os';
import { noStages } from '../engine/events.ts';
import { Layout } from '../engine/layout.ts';
import { type Pipeline, rootOf } from '../engine/pipeline.ts';
import { unchangedStages } from '../engine/snapshot.ts';
import { choiceOf } from './choice.ts';
import type { RunCommandOptions } from './run.ts';
import { slurmOptionsOf } from './slurm-options.ts';
import { viewFor } from './view.ts';

/** Brings everything up to date; returns the exit code. */
export async function all(pipeline: Pipeline, options: RunCommandOptions): Promise<number> {
  // A wrong option is told even where there is nothing to do.
  await slurmOptionsOf(options);
  if (!options.force && !options.dryRun && options.accept.length === 0 && (await showUnchanged(pipeline, options)))
    return 0;
  // Loaded here, since most often nothing has changed.
  const { run } = await import('./run.ts');
  return run(pipeline, undefined, options);
}

/** Shows a run that finds every stage fresh, if the snapshot of the last run says so; returns whether it does. */
async function showUnchanged(pipeline: Pipeline, options: RunCommandOptions): Promise<boolean> {
  const start = performance.now();
  const { digest } = await choiceOf(pipeline, options);
  const fresh = unchangedStages(new Layout(rootOf(pipeline)), digest);
  if (fresh === undefined) return false;
  // Not the live view, even on a terminal: there is nothing to watch.
  const { show, end } = await viewFor(options, false);
  show({ event: 'started', stages: fresh.length, workers: options.jobs ?? availableParallelism() });
  for (const stage of fresh) show({ event: 'stage-fresh', stage });
  const seconds = (performance.now() - start) / 1000;
  end({ event: 'summary', ...noStages(), fresh, interrupted: false, seconds, savedSeconds: 0 });
  return true;
}
