import { dirname, join, relative } from 'node:path';
import type { Checkout } from './checkout.ts';
import type { Digest } from './digest.ts';
import { wasAtRestAt } from './file-digests.ts';
import { statsAt } from './files.ts';
import type { Graph, Stage } from './graph.ts';
import type { LedgerResult } from './ledger.ts';
import { lockPathOf } from './lock-file.ts';
import { identitiesOf, writeSnapshot } from './snapshot.ts';

/** A run of everything, done. */
interface WholeRun {
  /** Digest of all that was chosen for it. */
  readonly configuration: Digest;
  readonly graph: Graph;
  /** What every stage of the graph holds. */
  readonly results: ReadonlyMap<Stage, LedgerResult>;
  /** Digest of the lock file, if the run has written it. */
  readonly lock: Digest | undefined;
}

/**
 * Takes a snapshot of what a run of everything has left, unless some of it has changed meanwhile, or so lately that a change
 * yet to come would not show. Call it under the lock of the checkout, when all else is written.
 */
export function takeSnapshot(checkout: Checkout, { configuration, graph, results, lock }: WholeRun): void {
  const { root, storeFolder, store, place, codeReader, fileDigests } = checkout;
  const code = [...codeReader.filesRead(), join(root, 'package-lock.json')];
  const copies = [...results].flatMap(([stage, { outputs }]) => place.copies(stage, outputs));
  const objects = [...results.values()]
    .flatMap(({ outputs, log }) => [...Object.values(outputs), log])
    .map((digest) => ({ base: storeFolder, path: store.pathOf(digest), digest }));
  const made = [...copies, ...objects];
  const products = new Map(made.map(({ path, digest }) => [path, digest]));
  if (lock !== undefined) products.set(lockPathOf(root), lock);

  const folders = new Set(made.flatMap(({ base, path }) => foldersBelow(base, path)));
  const paths = [...code, ...products.keys(), ...checkout.records(), ...holdersOf(folders)].map((path) =>
    relative(root, path),
  );
  // Taken before a look at each, so that a change in between shows the next time.
  const identities = identitiesOf(root, paths);
  const isAsTheRunSawIt =
    code.every((path) => wasAtRestAt(path, performance.timeOrigin)) &&
    [...products].every(([path, digest]) => fileDigests.isKnown(path, digest)) &&
    [...folders].every((path) => statsAt(path)?.isDirectory());
  if (!isAsTheRunSawIt) return;
  writeSnapshot(storeFolder, {
    configuration,
    stages: [...graph.keys()].join('\n'),
    paths: paths.join('\n'),
    absent: relative(root, store.scratchFolder),
    identities,
  });
}

/** The folders that lead from a base to a file. */
function foldersBelow(base: string, path: string): string[] {
  const folder = dirname(path);
  return folder.length <= base.length ? [] : [...foldersBelow(base, folder), folder];
}

/** Those of the folders that no other holds, or that hold others: while these are as they were, no folder is another, or a link. */
function holdersOf(folders: ReadonlySet<string>): string[] {
  const holders = new Set([...folders].map((folder) => dirname(folder)));
  return [...folders].filter((folder) => holders.has(folder) || !folders.has(dirname(folder)));
}
