import type { Checkout } from './checkout.ts';
import { type Divergence, divergenceOf } from './divergence.ts';
import type { Graph, Stage } from './graph.ts';
import { type Lock, lockedOutputs } from './lock-file.ts';
import { runGraph } from './run.ts';
import type { RunOutcome, RunRequest } from './run-request.ts';
import type { Session } from './session.ts';
import { cancelJobs } from './slurm/cancel-jobs.ts';
import type { SlurmOptions } from './slurm/options.ts';

/** The first output, in the order of the graph, that is not what the lock says. */
export interface FirstDivergence extends Divergence {
  readonly stage: string;
}

/** What became of a rebuild. */
export interface Rebuild {
  readonly outcome: RunOutcome;
  /** Whether all stages have run, and the lock has all their outputs. */
  readonly complete: boolean;
  readonly divergence?: FirstDivergence;
}

/** Where stages run: so many at once on this machine, or on Slurm, as its options say. */
export interface Where {
  readonly slots: number;
  readonly slurm: SlurmOptions | undefined;
}

/**
 * Runs everything anew on an empty store, and compares the bytes with the lock. What an interruption leaves in Slurm is
 * cancelled, since nobody could take its results.
 */
export async function rebuild(
  session: Session,
  request: Pick<RunRequest, 'graph' | 'options' | 'signal'>,
  { slots, slurm }: Where,
  lock: Lock,
): Promise<Rebuild> {
  const { graph } = request;
  const empty = await session.onEmptyStore();
  const executor = await empty.prepare(graph, slots, slurm);
  // The run does not get the lock, as it would stop at the first stage that differs from it.
  const choices = { lock: undefined, forced: new Set<never>(), accepted: new Set<never>(), keepGoing: false };
  const outcome = await runGraph({ ...request, ...choices, session: empty, executor });
  if (slurm !== undefined) await cancelJobs(empty.checkout.layout, new AbortController().signal);
  const divergence = firstDivergence(graph, outcome, lock, session.checkout, empty.checkout);
  const isLocked = (stage: Stage) =>
    [...stage.files.keys()].every((output) => output in lockedOutputs(lock, stage.name));
  const complete =
    !outcome.summary.interrupted && outcome.results.size === graph.size && [...graph.values()].every(isLocked);
  return { outcome, complete, ...(divergence === undefined ? {} : { divergence }) };
}

function firstDivergence(
  graph: Graph,
  { results }: RunOutcome,
  lock: Lock,
  checkout: Checkout,
  rebuilt: Checkout,
): FirstDivergence | undefined {
  for (const [name, stage] of graph) {
    const outputs = results.get(stage)?.outputs;
    const found = outputs && divergenceOf(checkout, stage, 'lock', lockedOutputs(lock, name), outputs, rebuilt);
    if (found !== undefined) return { stage: name, ...found };
  }
  return undefined;
}
