import type { Pipeline } from '../engine/pipeline.ts';
import { cancelJobs } from '../engine/slurm/cancel-jobs.ts';
import { inSession } from './in-session.ts';
import { interruptible } from './interruptible.ts';
import { showError } from './plain-view.ts';
import { print } from './print.ts';

/** Cancels what an earlier run has left in Slurm; returns the exit code. */
export function cancel(pipeline: Pipeline): Promise<number> {
  return interruptible((signal) =>
    inSession(pipeline, '', showError, signal, async ({ checkout }) => {
      const { jobs, stages } = await cancelJobs(checkout.layout, signal);
      if (jobs + stages === 0) print('there is nothing of this checkout in Slurm');
      else print(`cancelled ${jobs} jobs in Slurm, with ${stages} stages that had no result`);
      return 0;
    }),
  );
}
