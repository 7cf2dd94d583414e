import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Checkout } from './checkout.ts';
import { describeError, UserError } from './errors.ts';
import { reached } from './fault-points.ts';
import { pathsBelow, statsAt } from './files.ts';
import { fileAtCommit, localCommits } from './git.ts';
import type { Graph } from './graph.ts';
import type { LedgerResult } from './ledger.ts';
import { type Lock, lockedRecipes, lockPathOf, parseLock, readLock } from './lock-file.ts';
import { planOf } from './plan.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** What a collection removes. */
export interface Garbage {
  readonly results: readonly LedgerResult[];
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
}

/**
 * What neither the pipeline, nor the lock of the checkout or of any local branch or tag, nor a result of the last days needs.
 * Call it under the lock of the checkout, so that no run needs what it finds.
 */
export function findGarbage(checkout: Checkout, graph: Graph, keepDays: number): Garbage {
  const { ledger, storeFolder, store, root } = checkout;
  const current = new Set<LedgerResult>();
  for (const assessment of planOf(checkout, graph, new Set()).values()) {
    if ('result' in assessment) current.add(assessment.result);
    if ('restorable' in assessment && assessment.restorable !== undefined) current.add(assessment.restorable);
  }
  const locks = locksOf(root);
  const recipes = new Set(locks.flatMap(lockedRecipes));
  const locked = locks.flatMap(({ stages }) => Object.values(stages).flatMap(({ outputs }) => Object.values(outputs)));
  const oldest = Date.now() - keepDays * DAY_MS;
  const isNeeded = (result: LedgerResult) =>
    current.has(result) || Date.parse(result.finished) > oldest || recipes.has(result.recipe);
  const results = ledger.results();
  const kept = results.filter(isNeeded);
  const needed = new Set([...locked, ...kept.flatMap(({ outputs, log }) => [...Object.values(outputs), log])]);
  const objects = pathsBelow(store.objectsFolder).filter((path) => !needed.has(store.digestAt(path)));
  const aside = ['tmp', 'damaged'].flatMap((folder) => pathsBelow(join(storeFolder, folder)));
  const files = [...objects, ...aside, ...strayCopies(checkout, graph)];
  return {
    results: results.filter((result) => !isNeeded(result)),
    files: files.map((path) => ({ path, bytes: statsAt(path)?.size ?? 0 })),
  };
}

/** Removes garbage: first from the ledger, so that a kill in between leaves no result without its outputs. */
export function removeGarbage({ ledger, fileDigests }: Checkout, { results, files }: Garbage): void {
  ledger.forget(new Set(results));
  reached('gc:forgotten');
  for (const { path } of files) {
    rmSync(path, { force: true });
    reached('gc:removed');
  }
  fileDigests.forgetMissing();
}

/** Copies among the artifacts that no stage of the graph makes. */
function strayCopies({ root, storeFolder }: Checkout, graph: Graph): string[] {
  const artifacts = join(root, 'artifacts');
  const made = [...graph.values()].flatMap(({ name, files }) =>
    [...files.values()].map((file) => join(artifacts, name, file)),
  );
  const kept = new Set([...made, lockPathOf(root)]);
  return readdirSync(artifacts)
    .map((entry) => join(artifacts, entry))
    .filter((path) => path !== storeFolder)
    .flatMap((path) => (statsAt(path)?.isDirectory() ? pathsBelow(path) : [path]))
    .filter((path) => !kept.has(path));
}

/** What a lock that can't be read needs, nobody knows, so nothing is removed. */
function lockOf(commit: string, text: string): Lock {
  try {
    return parseLock(text, 'artifacts/lock.json');
  } catch (error) {
    throw new UserError(
      `nothing was removed: commit ${commit}, which a branch or tag points to, has a damaged lock, so what it needs is ` +
        `not known. Mend it, or delete the branch or tag.\n${describeError(error)}`,
    );
  }
}

/** The locks of the checkout, and of all its branches and tags. */
function locksOf(root: string): Lock[] {
  const old = localCommits(root).flatMap((commit) => {
    const text = fileAtCommit(root, commit, 'artifacts/lock.json');
    return text === undefined ? [] : [lockOf(commit, text)];
  });
  const current = readLock(root);
  return current === undefined ? old : [current, ...old];
}
