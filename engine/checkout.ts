import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Bundles, type Module } from './bundles.ts';
import { Codes } from './code.ts';
import { FileDigests } from './file-digests.ts';
import { statsAt } from './files.ts';
import { GroupCommit } from './group-commit.ts';
import { Layout } from './layout.ts';
import { Ledger } from './ledger.ts';
import type { Lock } from './lock-file.ts';
import { isMemoryDamaged } from './memory-file.ts';
import { NativePackages } from './native-packages.ts';
import { type Pipeline, rootOf } from './pipeline.ts';
import { Place } from './place.ts';
import { ObjectStore, type OnSetAside } from './store.ts';

/**
 * A checkout of the project, to look at, with all that is known of past runs. Functions take the parts that they need.
 */
export interface Checkout {
  readonly layout: Layout;
  readonly fileDigests: FileDigests;
  readonly native: NativePackages;
  readonly codes: Codes;
  readonly store: Omit<ObjectStore, WritesToStore>;
  readonly ledger: Omit<Ledger, WritesToLedger>;
  readonly place: Omit<Place, 'put' | 'clear'>;
}

type WritesToStore = 'add' | 'keepIncoming' | 'open' | 'clearScratch' | 'clearTheWay' | 'setAside' | 'setAsideDamaged';

type WritesToLedger =
  | 'record'
  | 'recordAgain'
  | 'invalidate'
  | 'takeUnwritten'
  | 'append'
  | 'forget'
  | 'dropDamagedLines';

/** The same, to write to. Only a session has one: so whatever writes takes a session, or what a session has. */
export interface OwnCheckout extends Checkout {
  readonly store: ObjectStore;
  readonly ledger: Ledger;
  /** Waits until what was added to the store and recorded is on the disk. */
  readonly groupCommit: GroupCommit;
  readonly place: Place;
}

/** What a process has read of a checkout, for its next look at it. */
interface Records {
  readonly fileDigests: FileDigests;
  readonly bundles: Bundles;
  readonly ledger: Ledger;
}

/** Keeps what was read of a checkout from one opening to the next in the same process. */
export interface Kept {
  records?: Records;
  lock?: Lock | undefined;
}

function recordsIn(pipeline: Pipeline, layout: Layout, before: Records | undefined): Records {
  if (before === undefined || before.fileDigests.damaged || before.bundles.damaged) {
    const fileDigests = new FileDigests(layout.fileDigests);
    const bundles = new Bundles(layout, fileDigests, pipeline.native ?? []);
    return { fileDigests, bundles, ledger: new Ledger(layout.ledger) };
  }
  const { fileDigests, bundles, ledger } = before;
  return { fileDigests, bundles, ledger: ledger.isAsRead() ? ledger : new Ledger(layout.ledger) };
}

/**
 * Looks again at the code of modules, of which the next opening finds what is there now.
 * @param unchanged The paths from the root of what has surely not changed since.
 */
export async function readAgain(
  { records }: Kept,
  modules: Iterable<Module>,
  unchanged: ReadonlySet<string> = new Set(),
): Promise<void> {
  records?.bundles.lookAgain(unchanged);
  await records?.bundles.read(modules);
}

/**
 * Opens a checkout to look at.
 * @param placeFolder The folder, from the root, below which outputs are put; empty for the root itself.
 * @param kept What an earlier opening in this process has read. It is brought up to date, but for code (`readAgain`).
 */
export function openCheckout(
  pipeline: Pipeline,
  placeFolder: string,
  layout = new Layout(rootOf(pipeline)),
  kept?: Kept,
): Checkout {
  return ownCheckout(pipeline, placeFolder, layout, () => {}, kept);
}

/** Opens a checkout to write to. Call it only while its mutex is held. */
export function ownCheckout(
  pipeline: Pipeline,
  placeFolder: string,
  layout: Layout,
  onSetAside: OnSetAside,
  kept: Kept = {},
): OwnCheckout {
  const records = recordsIn(pipeline, layout, kept.records);
  kept.records = records;
  const { fileDigests, bundles, ledger } = records;
  const native = new NativePackages(layout.root, fileDigests);
  const store = new ObjectStore(layout, fileDigests, onSetAside);
  return {
    layout,
    fileDigests,
    native,
    codes: new Codes(bundles, native),
    store,
    ledger,
    groupCommit: new GroupCommit(store, ledger),
    place: new Place(layout.root, placeFolder, store, fileDigests),
  };
}

/**
 * The paths in the store where something is that can't be: a link, a file for a folder or the reverse, a damaged
 * memory.
 */
export function damagedPaths({ layout, fileDigests, codes }: Checkout): string[] {
  const folders = [layout.damaged, layout.scratch, layout.failedLogs, layout.objects, layout.bundles, layout.slurm];
  const shards = statsAt(layout.objects)?.isDirectory() ? readdirSync(layout.objects) : [];
  const memories = [
    { path: layout.fileDigests, damaged: fileDigests.damaged },
    { path: layout.bundleMemory, damaged: codes.bundles.damaged },
    { path: layout.snapshot, damaged: isMemoryDamaged(layout.snapshot) },
  ];
  return [
    ...[...folders, ...shards.map((shard) => join(layout.objects, shard))].filter(
      (path) => statsAt(path)?.isDirectory() === false,
    ),
    ...recordsOf(layout).filter((path) => statsAt(path)?.isFile() === false),
    ...memories.flatMap(({ path, damaged }) => (damaged && statsAt(path)?.isFile() ? [path] : [])),
  ];
}

/** The files of the store, beside objects and bundles, that a run writes. */
export function recordsOf({ mutex, ledger, fileDigests, bundleMemory }: Layout): string[] {
  return [mutex, ledger, fileDigests, bundleMemory];
}
