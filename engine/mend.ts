import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import type { Checkout } from './checkout.ts';
import type { Emit } from './events.ts';
import { reached } from './fault-points.ts';

/** Puts right what a kill or damage has left in the store of a checkout. Call it under the lock, before a run. */
export function mendStore(checkout: Checkout, emit: Emit): void {
  const { root, ledger, store } = checkout;
  for (const path of checkout.damagedPaths()) {
    emit({ event: 'set-aside', what: relative(root, path), path: store.setAside(path) });
  }
  store.clearScratch();
  reached('tmp:cleared');
  if (ledger.damagedLines.length > 0) {
    const path = store.asidePathOf(ledger.path);
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(ledger.path, path);
    reached('ledger:set-aside');
    emit({ event: 'ledger-damaged', lines: [...ledger.damagedLines], path });
    ledger.dropDamagedLines();
    reached('ledger:mended');
  }
}
