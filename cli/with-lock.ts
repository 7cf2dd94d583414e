import { Checkout } from '../engine/checkout.ts';
import { lockCheckout } from '../engine/checkout-lock.ts';
import type { Emit } from '../engine/events.ts';
import { mutexPathOf, storeFolderOf } from '../engine/folders.ts';
import { mendStore } from '../engine/mend.ts';

/** Calls back under the lock of the checkout, with what is known of past runs, when the store is mended. */
export async function withLock<Result>(
  root: string,
  placeFolder: string,
  emit: Emit,
  signal: AbortSignal,
  work: (checkout: Checkout) => Promise<Result>,
): Promise<Result> {
  const owner = `process ${process.pid}, ${process.argv.slice(2).join(' ')}, since ${new Date().toISOString()}`;
  const unlock = await lockCheckout(mutexPathOf(storeFolderOf(root)), owner, emit, signal);
  try {
    const checkout = new Checkout(root, placeFolder);
    mendStore(checkout, emit);
    return await work(checkout);
  } finally {
    unlock();
  }
}
