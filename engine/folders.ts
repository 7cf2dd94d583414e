import { join } from 'node:path';

/** The folder of the store of a checkout. */
export function storeFolderOf(root: string): string {
  return join(root, 'artifacts', 'store');
}
