import type { Checkout } from '../engine/checkout.ts';
import type { Graph, Stage } from '../engine/graph.ts';
import { readLock } from '../engine/lock-file.ts';
import { type Plan, planAsking, planOf } from '../engine/plan.ts';
import { believedOutputs, lockWitness } from '../engine/witnesses.ts';
import { showError } from './plain-view.ts';
import { type RemoteOptions, sharedStoreOf } from './remote.ts';

/** The stages that run even if they are fresh, and those whose divergence is accepted. */
export interface Choices {
  readonly forced: ReadonlySet<Stage>;
  readonly accepted: ReadonlySet<Stage>;
}

const NONE: Choices = { forced: new Set(), accepted: new Set() };

/**
 * What a run would find of every stage. What is not here may be known by the shared store, or without one by the lock.
 */
export async function planFor(
  checkout: Checkout,
  graph: Graph,
  options: RemoteOptions,
  { forced, accepted }: Choices = NONE,
): Promise<Plan> {
  await checkout.codes.read(graph);
  if (!options.remote) return planOf(checkout, graph, forced, lockWitness(checkout));
  const store = await sharedStoreOf(options, readLock(checkout.layout), showError, new AbortController().signal);
  return planAsking(checkout, graph, forced, async (stage, stale) =>
    store === undefined || accepted.has(stage) ? undefined : believedOutputs(checkout, store, stage, stale),
  );
}
