import { randomUUID } from 'node:crypto';
import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { tryLock } from 'fs-native-extensions';
import type { Emit } from './events.ts';
import { reached } from './fault-points.ts';
import { statsAt } from './files.ts';

const POLL_MS = 100;

/**
 * Waits for the mutex of a checkout, and takes it: only who has it may write to the store. The operating system frees
 * it when its owner dies, in whatever way.
 * @param owner Says who has the mutex, for those who wait.
 * @param emit Is told who has the mutex, if it is not free.
 * @param signal Ends the wait.
 * @returns a function that gives the mutex back.
 */
export async function takeMutex(path: string, owner: string, emit: Emit, signal: AbortSignal): Promise<() => void> {
  mkdirSync(dirname(path), { recursive: true });
  setAsideUnlessFile(path, emit);
  const descriptor = openSync(path, 'a+');
  try {
    if (!tryLock(descriptor)) {
      emit({ event: 'waiting', owner: readFileSync(path, 'utf8').trim() });
      while (!tryLock(descriptor)) await setTimeout(POLL_MS, undefined, { signal });
    }
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  reached('mutex:taken');
  ftruncateSync(descriptor);
  writeFileSync(descriptor, `${owner}\n`);
  return () => closeSync(descriptor);
}

/** Sets aside what is no file: a folder can't be a mutex, and by a link another file would be overwritten. */
function setAsideUnlessFile(path: string, emit: Emit): void {
  if (statsAt(path)?.isFile() !== false) return;
  const aside = `${path}.${randomUUID()}`;
  renameSync(path, aside);
  emit({ event: 'set-aside', what: path, path: aside });
}
