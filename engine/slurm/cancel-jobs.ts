import { UserError } from '../errors.ts';
import type { Layout } from '../layout.ts';
import { Batch } from './batch.ts';
import { cancel, isEnd, look } from './scheduler.ts';

/** What was cancelled. */
export interface Cancelled {
  readonly jobs: number;
  readonly stages: number;
}

/**
 * Cancels all jobs that earlier runs have left in Slurm. Results that are there stay, for the next run to take. Call it
 * in a session.
 * @throws {UserError} if Slurm does not answer, or refuses it. What was not cancelled by then goes on.
 */
export async function cancelJobs({ slurm }: Layout, signal: AbortSignal): Promise<Cancelled> {
  const batches = Batch.all(slurm);
  if (batches.length === 0) return { jobs: 0, stages: 0 };
  const awaited = new Map(batches.map(({ name, open }) => [name, [...new Set(open.values())]]));
  const sightings = await look(awaited, Math.min(...batches.map(({ created }) => created)), signal);
  if ('problem' in sightings) throw new UserError(`Slurm does not say what it has: ${sightings.problem}`);
  const byName = new Map(batches.map((batch) => [batch.name, batch]));
  const alive = sightings.filter(({ state }) => !isEnd(state));
  const ids = alive.flatMap(({ batch, job, element }) => byName.get(batch)?.idOf(job, element) ?? []);
  await cancel(ids);
  let stages = 0;
  for (const batch of batches) {
    const finished = new Set(batch.finished());
    for (const element of new Set(batch.open.values())) batch.close(element);
    for (const recipe of [...batch.open.keys()].filter((open) => !finished.has(open))) {
      batch.settle(recipe);
      stages += 1;
    }
  }
  return { jobs: ids.length, stages };
}
