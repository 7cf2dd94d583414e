import { closeSync, fsync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import pLimit from 'p-limit';

/** More than the threads of Node do at once, and fewer files than a process may open. */
const SYNCS_AT_ONCE = 16;

/** Waits until the contents of a file, or the names in a folder, are on the disk. */
export async function syncToDisk(path: string): Promise<void> {
  const descriptor = openSync(path, 'r');
  try {
    await syncDescriptor(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The same for many files and folders: the disk takes them together. */
export async function syncAll(paths: Iterable<string>): Promise<void> {
  const limit = pLimit(SYNCS_AT_ONCE);
  await Promise.all([...paths].map((path) => limit(() => syncToDisk(path))));
}

/** Waits until the contents of an open file are on the disk. */
export const syncDescriptor = promisify(fsync);
