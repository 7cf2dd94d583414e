import { UsageError } from '../engine/errors.ts';
import type { Emit } from '../engine/events.ts';
import type { Lock } from '../engine/lock-file.ts';
import { openRemote } from '../engine/open-remote.ts';
import { readTrustedKeys } from '../engine/shared-result.ts';
import { SharedStore } from '../engine/shared-store.ts';

export interface RemoteOptions {
  /** The URL of a shared store. */
  readonly remote?: string;
  /** The paths of the public keys of those whose results are believed. */
  readonly trust?: readonly string[];
}

/**
 * The shared store that the options choose, with the lock and the trusted keys as its witnesses; undefined if they
 * choose none.
 * @throws {UsageError} if an option is wrong.
 */
export async function sharedStoreOf(
  { remote: url = '', trust = [] }: RemoteOptions,
  lock: Lock | undefined,
  emit: Emit,
  signal: AbortSignal,
): Promise<SharedStore | undefined> {
  if (url === '') return undefined;
  const trusted = readTrustedKeys(trust);
  return new SharedStore(await openRemote(url, signal), { lock, trusted }, emit, signal);
}

/**
 * The URL of the shared store that the options choose.
 * @throws {UsageError} if they choose none.
 */
export function requiredRemote({ remote }: RemoteOptions): string {
  if (remote) return remote;
  throw new UsageError('which shared store? Give --remote <url>, or set PIPELINE_REMOTE');
}
