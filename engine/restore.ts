import { readFileSync } from 'node:fs';
import type { OwnCheckout } from './checkout.ts';
import type { Digest } from './digest.ts';
import type { Stage } from './graph.ts';
import type { LedgerResult } from './ledger-entry.ts';

/** Puts the outputs of a stage back in place, as a result says that was recorded before. */
export async function restoreResult(checkout: OwnCheckout, stage: Stage, result: LedgerResult): Promise<void> {
  const { place, ledger, groupCommit } = checkout;
  for (const [output, digest] of Object.entries(result.outputs)) mendObject(checkout, stage, output, digest);
  const last = ledger.lastResult(stage.name, place.folder);
  if (last?.recipe !== result.recipe || last.place !== place.folder) {
    ledger.recordAgain(result, stage.name, place.folder);
  }
  await groupCommit.commit();
  place.put(stage, result.outputs);
}

/** Replaces an object that is damaged or missing by a copy that is in place. */
function mendObject({ store, place }: OwnCheckout, stage: Stage, output: string, digest: Digest): void {
  if (store.stateOf(digest) === 'whole') return;
  const copy = place.intactCopy(stage, output, digest);
  const contents = copy === undefined ? undefined : readFileSync(copy);
  store.setAsideDamaged(digest, `${stage.name}#${output}`);
  if (contents !== undefined) store.add(contents);
}

/**
 * Records a result again without its log, which is lost or damaged. A log is no output, so nothing runs again for it.
 */
export async function forgetLog(
  { store, ledger, place, groupCommit }: OwnCheckout,
  stage: Stage,
  { log = '', ...result }: LedgerResult,
): Promise<LedgerResult> {
  store.setAsideDamaged(log, `the log of ${stage.name}`);
  const mended = ledger.recordAgain(result, stage.name, place.folder);
  await groupCommit.commit();
  return mended;
}
