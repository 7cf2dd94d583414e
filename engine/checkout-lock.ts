import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { tryLock } from 'fs-native-extensions';
import { reached } from './fault-points.ts';

const POLL_MS = 100;

/**
 * Waits for the one lock under which a checkout's store is written, and takes it. It is the kernel's: when its owner dies, in
 * whatever way, it is free.
 * @param owner says who has the lock, for those who wait.
 * @param onWait is told once who has it, if it is taken.
 * @returns a function that gives the lock back.
 */
export async function lockCheckout(
  path: string,
  owner: string,
  onWait: (owner: string) => void,
  signal: AbortSignal,
): Promise<() => void> {
  mkdirSync(dirname(path), { recursive: true });
  const descriptor = openSync(path, 'a+');
  try {
    if (!tryLock(descriptor)) {
      onWait(readFileSync(path, 'utf8').trim());
      while (!tryLock(descriptor)) await setTimeout(POLL_MS, undefined, { signal });
    }
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  reached('checkout-lock:taken');
  ftruncateSync(descriptor);
  writeSync(descriptor, `${owner}\n`);
  return () => closeSync(descriptor);
}
