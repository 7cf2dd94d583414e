import type { Digest } from './digest.ts';
import { UserError } from './errors.ts';
import type { Lock } from './lock-file.ts';
import { type Remote, type Shelf, SMALL_BYTES } from './remote.ts';
import { requestAll } from './requests.ts';
import { outputsIn } from './shared-result.ts';

/** What of a shared store nobody needs. */
export interface RemoteGarbage {
  /** All results that the store had when it was looked at. */
  readonly results: ReadonlySet<Digest>;
  readonly oldResults: ReadonlySet<Digest>;
  readonly oldObjects: ReadonlySet<Digest>;
  /** How many results and objects stay. */
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
  const ofResults = await outputsOf(remote, keptResults);
  const needed = new Set([...stages.flatMap(({ outputs }) => Object.values(outputs)), ...ofResults]);
  const objects = await listed(remote, 'cas');
  const oldObjects = await olderThan(remote, 'cas', objects, needed, oldest);
  const kept = results.size + objects.size - oldResults.size - oldObjects.size;
  return { results, oldResults, oldObjects, kept };
}

/**
 * Removes garbage of a shared store: results first, so that none is left without its objects. Objects stay that are
 * needed by results which were pushed meanwhile.
 */
export async function removeRemoteGarbage(remote: Remote, garbage: RemoteGarbage, oldest: Date): Promise<void> {
  const { results, oldResults, oldObjects } = garbage;
  await requestAll(oldResults, (recipe) => remote.remove(`ac/${recipe}`));
  const late = [...(await listed(remote, 'ac'))].filter((recipe) => !results.has(recipe));
  const needed = new Set(await outputsOf(remote, late));
  const unneeded = [...oldObjects].filter((digest) => !needed.has(digest));
  await requestAll(unneeded, (digest) => remote.remove(`cas/${digest}`));
  await remote.removeParts(oldest);
}

async function outputsOf(remote: Remote, recipes: readonly Digest[]): Promise<Digest[]> {
  const letters = await requestAll(recipes, (recipe) => remote.get(`ac/${recipe}`, SMALL_BYTES));
  return letters.flatMap((letter) => (letter === undefined ? [] : outputsIn(letter)));
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
