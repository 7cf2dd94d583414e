import type { Digest } from './digest.ts';
import { UserError } from './errors.ts';
import type { Lock } from './lock-file.ts';
import type { Key, Remote, Shelf } from './remote.ts';
import { requestAll } from './requests.ts';
import { outputsIn } from './shared-result.ts';

/** What a shared store has, and what of it nobody needs. */
export interface RemoteGarbage {
  /** Results before objects: removed in this order, no result is ever left without its objects. */
  readonly keys: readonly Key[];
  readonly kept: number;
}

/**
 * What is older than a date and needed by no lock, nor by a result that is kept.
 * @throws {UserError} if the remote has no listings.
 */
export async function findRemoteGarbage(remote: Remote, locks: readonly Lock[], oldest: Date): Promise<RemoteGarbage> {
  const stages = locks.flatMap((lock) => [...lock.stages.values()]);
  const results = await listed(remote, 'ac');
  const oldResults = await olderThan(remote, 'ac', results, new Set(stages.map(({ recipe }) => recipe)), oldest);
  const keptResults = [...results].filter((recipe) => !oldResults.has(recipe));
  const letters = await requestAll(keptResults, (recipe) => remote.get(`ac/${recipe}`));
  const needed = new Set([
    ...stages.flatMap(({ outputs }) => Object.values(outputs)),
    ...letters.flatMap((letter) => (letter === undefined ? [] : outputsIn(letter))),
  ]);
  const objects = await listed(remote, 'cas');
  const oldObjects = await olderThan(remote, 'cas', objects, needed, oldest);
  const keys = [
    ...[...oldResults].map((recipe): Key => `ac/${recipe}`),
    ...[...oldObjects].map((digest): Key => `cas/${digest}`),
  ];
  return { keys, kept: results.size + objects.size - keys.length };
}

/** Removes garbage of a shared store, in its order. */
export async function removeRemoteGarbage(remote: Remote, { keys }: RemoteGarbage): Promise<void> {
  for (const shelf of ['ac', 'cas'] as const) {
    await requestAll(
      keys.filter((key) => key.startsWith(`${shelf}/`)),
      (key) => remote.remove(key),
    );
  }
}

async function listed(remote: Remote, shelf: Shelf): Promise<ReadonlySet<Digest>> {
  const names = await remote.list(shelf);
  if (names === undefined) throw new UserError(`${remote.name} has no listings, so what it has is not known`);
  return names;
}

/** Of the names that are not needed, those that are older than a date. */
async function olderThan(
  remote: Remote,
  shelf: Shelf,
  names: ReadonlySet<Digest>,
  needed: ReadonlySet<Digest>,
  oldest: Date,
): Promise<ReadonlySet<Digest>> {
  const unneeded = [...names].filter((name) => !needed.has(name));
  const dates = await requestAll(unneeded, (name) => remote.modifiedAt(`${shelf}/${name}`));
  return new Set(unneeded.filter((_, index) => (dates[index] ?? oldest) < oldest));
}
