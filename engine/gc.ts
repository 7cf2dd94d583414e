import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describeError, UserError } from './errors.ts';
import { reached } from './fault-points.ts';
import { pathsBelow, statsAt } from './files.ts';
import { fileAtCommit, localCommits } from './git.ts';
import type { Graph } from './graph.ts';
import { type Layout, LOCK } from './layout.ts';
import { type LedgerResult, objectsOf } from './ledger-entry.ts';
import { type Lock, parseLock, readLock } from './lock-file.ts';
import { planOf, restorableOf } from './plan.ts';
import { modulesToRun, type Session } from './session.ts';
import { Batch } from './slurm/batch.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** What a collection spares, although no stage and no lock needs it. */
export interface Spared {
  /** Results that are younger than so many days, with what they need. */
  readonly keepDays: number;
  /** The paths of files among the artifacts that no stage makes. */
  readonly beside: readonly string[];
}

/** What a collection removes. */
export interface Garbage {
  readonly results: readonly LedgerResult[];
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
}

/**
 * What nothing needs: neither the pipeline, nor the lock of the checkout or of any local branch or tag, nor a job in
 * Slurm, nor what is spared.
 * @throws {UserError} if the lock of a branch or tag can't be read: what it needs is not known.
 */
export async function findGarbage({ checkout }: Session, graph: Graph, { keepDays, beside }: Spared): Promise<Garbage> {
  const { ledger, layout, store, codes } = checkout;
  await codes.bundles.read(modulesToRun(graph));
  const current = new Set<LedgerResult>();
  for (const assessment of planOf(checkout, graph, new Set()).values()) {
    if ('result' in assessment) current.add(assessment.result);
    const restorable = restorableOf(assessment);
    if (restorable !== undefined) current.add(restorable);
  }
  const locked = locksOf(layout).flatMap(({ stages }) => [...stages.values()]);
  const recipes = new Set(locked.map(({ recipe }) => recipe));
  const oldest = Date.now() - keepDays * DAY_MS;
  const isNeeded = (result: LedgerResult) =>
    current.has(result) || Date.parse(result.finished) > oldest || recipes.has(result.recipe);
  const results = ledger.allResults();
  const kept = results.filter(isNeeded);
  const needed = new Set([...locked.flatMap(({ outputs }) => Object.values(outputs)), ...kept.flatMap(objectsOf)]);
  const read = new Set(Batch.all(layout.slurm).flatMap((batch) => batch.reads()));
  const objects = pathsBelow(layout.objects).filter((path) => !needed.has(store.digestAt(path)) && !read.has(path));
  const bundles = new Set(modulesToRun(graph).map(({ url }) => codes.bundles.pathOf(codes.bundles.of(url).digest)));
  const oldBundles = pathsBelow(layout.bundles).filter((path) => !bundles.has(path) && !read.has(path));
  const aside = [layout.scratch, layout.damaged].flatMap(pathsBelow);
  const files = [...objects, ...oldBundles, ...aside, ...strayArtifacts(layout, graph, beside)];
  return {
    results: results.filter((result) => !isNeeded(result)),
    files: files.map((path) => ({ path, bytes: statsAt(path)?.size ?? 0 })),
  };
}

/** Removes garbage: results first, so that a kill in between leaves none without its objects. */
export async function removeGarbage({ checkout }: Session, { results, files }: Garbage): Promise<void> {
  const { ledger, fileDigests } = checkout;
  await ledger.forget(new Set(results));
  reached('gc:forgotten');
  for (const { path } of files) {
    rmSync(path, { force: true });
    reached('gc:removed');
  }
  fileDigests.forgetMissing();
}

/** The files among the artifacts that no stage of the graph makes, but for those that are spared. */
function strayArtifacts({ artifacts, store, lock }: Layout, graph: Graph, beside: readonly string[]): string[] {
  const made = [...graph.values()].flatMap(({ name, files }) =>
    [...files.values()].map((file) => join(artifacts, name, file)),
  );
  const kept = new Set([...made, lock, ...beside]);
  return readdirSync(artifacts)
    .map((entry) => join(artifacts, entry))
    .filter((path) => path !== store)
    .flatMap((path) => (statsAt(path)?.isDirectory() ? pathsBelow(path) : [path]))
    .filter((path) => !kept.has(path));
}

/**
 * The lock of a commit.
 * @throws {UserError} if it is damaged: nobody knows what it needs, so nothing may be removed.
 */
function lockOf(commit: string, text: string): Lock {
  try {
    return parseLock(text, LOCK);
  } catch (error) {
    throw new UserError(
      `nothing was removed: commit ${commit}, which a branch or tag points to, has a damaged lock, so what it needs is ` +
        `not known. Mend it, or delete the branch or tag.\n${describeError(error)}`,
    );
  }
}

/** Whether a lock is of format 1, which names no recipes: it needs nothing that a store has. */
function isOfAnotherFormat(text: string): boolean {
  return /^\{\s*"format": 1,/.test(text);
}

/** The locks of the checkout, and of all its branches and tags. */
function locksOf(layout: Layout): Lock[] {
  const { root } = layout;
  const old = localCommits(root).flatMap((commit) => {
    const text = fileAtCommit(root, commit, LOCK)?.toString();
    return text === undefined || isOfAnotherFormat(text) ? [] : [lockOf(commit, text)];
  });
  const current = readLock(layout);
  return current === undefined ? old : [current, ...old];
}
