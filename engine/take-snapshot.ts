import type { Stats } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { ABSENT } from './bundles.ts';
import { type Checkout, recordsOf } from './checkout.ts';
import type { Digest } from './digest.ts';
import { UserError } from './errors.ts';
import { wasAtRestAt } from './file-digests.ts';
import { statsAt } from './files.ts';
import type { Graph, Stage } from './graph.ts';
import { objectsOf } from './ledger-entry.ts';
import { packageNameOf } from './native-packages.ts';
import type { Pipeline } from './pipeline.ts';
import type { Result } from './run-request.ts';
import type { Session } from './session.ts';
import { identitiesOf, type Snapshot, writeSnapshot } from './snapshot.ts';

/** A run of everything, done. */
interface WholeRun {
  /** Digest of all that was chosen for it. */
  readonly configuration: Digest;
  readonly graph: Graph;
  /** What every stage of the graph holds. */
  readonly results: ReadonlyMap<Stage, Result>;
  /** Digest of the lock file, if the run has written it. */
  readonly lock: Digest | undefined;
}

/**
 * Reads the code that makes the graph, on which a snapshot depends; returns whether all its imports could be followed.
 */
export async function readProgram({ codes, native }: Checkout, { module }: Pipeline): Promise<boolean> {
  try {
    await codes.bundles.read([{ url: module, as: 'program' }]);
    const { external } = codes.bundles.of(module);
    const packages = external.filter((name) => !isBuiltin(name)).map(packageNameOf);
    native.digestsOf({ packages: [...new Set(packages)], portable: true });
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

/**
 * Takes a snapshot of what a run of everything has left, unless some of it has changed meanwhile, or so lately that a
 * change yet to come would not show. Call it when all else is written, and all code was read, also by `readProgram`.
 */
export function takeSnapshot({ checkout }: Session, run: WholeRun): void {
  try {
    const snapshot = snapshotOf(checkout, run);
    if (snapshot !== undefined) writeSnapshot(checkout.layout, snapshot);
  } catch (error) {
    // If something can't be looked at, the next run takes longer, and this one goes on.
    if (!(error instanceof Error && 'syscall' in error)) throw error;
  }
}

function snapshotOf(checkout: Checkout, { configuration, graph, results, lock }: WholeRun): Snapshot | undefined {
  const { layout, store, place, codes, native, fileDigests } = checkout;
  const { root } = layout;
  const placed = [...results].flatMap(([stage, { outputs }]) => place.placesOf(stage, outputs));
  const objects = [...results.values()].flatMap(objectsOf);
  // Each path is looked at before it is compared, so that a change in between shows the next time.
  const looks = new Map<string, Stats | undefined>();
  const look = (path: string) => {
    if (!looks.has(path)) looks.set(path, statsAt(path));
    return looks.get(path);
  };
  // A hard link and its object have one identity, so one look tells of both.
  const linked = placed.filter(
    ({ link, path, digest }) => link && fileDigests.isKnown(look(path), store.pathOf(digest), digest),
  );
  const linkedPaths = new Set(linked.map(({ path }) => path));
  const linkOf = new Map(linked.map(({ path, digest }) => [store.pathOf(digest), path]));
  const expected = new Map([
    ...placed.flatMap(({ path, digest }) => (linkedPaths.has(path) ? [] : [[path, digest] as const])),
    ...objects.map((digest) => [store.pathOf(digest), digest] as const),
    ...(lock === undefined ? [] : [[layout.lock, lock] as const]),
  ]);
  const decisive = [...codes.bundles.found(), ...native.found];
  const code = decisive.flatMap(([path, what]) => (what === ABSENT ? [] : [path]));
  // What else the graph and the recipes depend on, whether it exists or not.
  const others = [
    ...['package-lock.json', 'package.json', 'tsconfig.json'].map((name) => join(root, name)),
    ...(lock === undefined ? [layout.lock] : []),
  ];
  const folders = new Set<string>();
  for (const { base, path } of placed) addFolders(folders, base, path);
  for (const digest of objects) addFolders(folders, layout.store, store.pathOf(digest));
  const codeFolders = new Set<string>();
  for (const path of code) if (!path.includes('node_modules')) addFolders(codeFolders, root, path);

  const codePaths = new Set([...decisive.map(([path]) => path), ...others, ...codeFolders]);
  const madePaths = new Set([
    ...[...expected.keys()].filter((path) => !linkOf.has(path)),
    ...linkedPaths,
    ...recordsOf(layout),
    ...holdersOf(folders),
  ]);
  const parts = [codePaths, madePaths].map((paths) => ({
    paths: [...paths],
    identities: identitiesOf([...paths].map(look)),
  }));
  // The process loaded the code when it began, and read it for the bundles later: in between it must not have changed.
  const wasAtRest = (path: string) => wasAtRestAt(path, performance.timeOrigin);
  const isAsTheRunSawIt =
    [...expected].every(([path, digest]) => fileDigests.isKnown(look(linkOf.get(path) ?? path), path, digest)) &&
    [...folders].every((path) => statsAt(path)?.isDirectory()) &&
    [...code, ...codeFolders].every(wasAtRest) &&
    others.every((path) => statsAt(path) === undefined || wasAtRest(path));
  return isAsTheRunSawIt ? { configuration, stages: [...graph.keys()], parts } : undefined;
}

/** Adds the folders that lead from a base to a file. */
function addFolders(folders: Set<string>, base: string, path: string): void {
  const folder = dirname(path);
  if (folder.length <= base.length || folders.has(folder)) return;
  addFolders(folders, base, folder);
  folders.add(folder);
}

/**
 * Of some folders those that hold others, and those that no other holds. These tell of all: a folder that is replaced,
 * also by a link, changes the one that holds it.
 */
function holdersOf(folders: ReadonlySet<string>): string[] {
  const holders = new Set([...folders].map((folder) => dirname(folder)));
  return [...folders].filter((folder) => holders.has(folder) || !folders.has(dirname(folder)));
}
