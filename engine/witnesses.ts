import type { Stale } from './assess.ts';
import type { Checkout } from './checkout.ts';
import type { Digest } from './digest.ts';
import { divergentOutput } from './divergence.ts';
import type { Stage } from './graph.ts';
import { lockedResults, readLock } from './lock-file.ts';
import { hasOutputsOf, type Outputs } from './recipe.ts';
import type { SharedStore } from './shared-store.ts';

/**
 * The lock as a witness of plans: it says what a stage gives that was never built here; undefined if it does not have
 * the recipe, or the stage was invalidated.
 */
export function lockWitness({ layout, ledger }: Pick<Checkout, 'layout' | 'ledger'>) {
  let locked: ReadonlyMap<Digest, Outputs> | undefined;
  return (stage: Stage, { reasons, recipe }: Stale): Outputs | undefined => {
    if (reasons.some(({ reason }) => reason !== 'never-built') || ledger.isInvalidated(stage.name)) return undefined;
    if (locked === undefined) {
      const lock = readLock(layout);
      locked = lock === undefined ? new Map() : lockedResults(lock);
    }
    const outputs = locked.get(recipe.digest);
    return outputs !== undefined && hasOutputsOf(stage, outputs) ? outputs : undefined;
  };
}

/**
 * The outputs of a stale stage, by the witnesses of the shared store or as they were seen here; undefined if nobody
 * knows them, if witness and ledger differ, or if the stage is forced or invalidated.
 */
export async function believedOutputs(
  { ledger }: Pick<Checkout, 'ledger'>,
  shared: SharedStore,
  stage: Stage,
  { reasons, recipe: { digest } }: Stale,
): Promise<Outputs | undefined> {
  const seen = ledger.lastSeen(digest);
  const isInvalid = ledger.isInvalidated(stage.name) || (seen !== undefined && ledger.resultOf(digest) === undefined);
  if (isInvalid || reasons.some(({ reason }) => reason === 'forced')) return undefined;
  const outputs = (await shared.outputsOf(stage, digest)) ?? seen?.outputs;
  if (outputs === undefined || seen === undefined || !divergentOutput(stage, seen.outputs, outputs)) return outputs;
  return shared.tell(`the result of ${stage.name} is left: its recipe gave other bytes here`);
}
