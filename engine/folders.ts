import { join } from 'node:path';

/** The folder of the store of a checkout. */
export function storeFolderOf(root: string): string {
  return join(root, 'artifacts', 'store');
}

/** The file by which runs in a checkout wait for each other. */
export function mutexPathOf(storeFolder: string): string {
  return join(storeFolder, 'lock');
}

/** The folder in a store for what is not yet kept. It is there only while a run is at work, or after one that was killed. */
export function scratchFolderOf(storeFolder: string): string {
  return join(storeFolder, 'tmp');
}
