import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Checkout } from './checkout.ts';
import type { Emit } from './events.ts';
import { reached } from './fault-points.ts';
import { statsAt } from './files.ts';

/** Puts right what a kill or damage has left in the store of a checkout. Call it under the lock, before a run. */
export function mendStore({ storeFolder, ledger, store }: Checkout, emit: Emit): void {
  for (const folder of ['objects', 'tmp', 'logs', 'damaged']) store.clearTheWay(storeFolder, join(storeFolder, folder));
  rmSync(join(storeFolder, 'tmp'), { recursive: true, force: true });
  reached('tmp:cleared');
  const found = statsAt(ledger.path);
  if (found !== undefined && !found.isFile()) {
    emit({ event: 'set-aside', what: 'the ledger', path: store.setAside(ledger.path) });
  }
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
