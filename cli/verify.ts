import { openCheckout } from '../engine/checkout.ts';
import type { Pipeline } from '../engine/pipeline.ts';
import { verifyStore } from '../engine/verify.ts';
import { print } from './print.ts';

/** Reads the whole store and says what is damaged or missing; returns 1 if anything is. */
export function verify(pipeline: Pipeline, options: { readonly json?: boolean }): number {
  const verification = verifyStore(openCheckout(pipeline, ''));
  const { objects, results, damagedLedgerLines, flaws } = verification;
  const sound = flaws.length === 0 && damagedLedgerLines.length === 0;
  if (options.json) {
    print(JSON.stringify(verification));
    return sound ? 0 : 1;
  }
  for (const { path, flaw, stages } of flaws) {
    print(`${flaw}: ${path}${stages.length === 0 ? '' : ` (of ${stages.join(', ')})`}`);
  }
  if (damagedLedgerLines.length > 0) print(`damaged: line ${damagedLedgerLines.join(', ')} of the ledger`);
  print(`${objects} objects of ${results} results: ${sound ? 'all whole' : 'the next run mends what it needs'}`);
  return sound ? 0 : 1;
}
