import { join } from 'node:path';
import * as v from 'valibot';
import { type Digest, digestBytes, digestSchema } from './digest.ts';
import { statsAt } from './files.ts';
import { storeFolderOf } from './folders.ts';
import { recall, remember } from './memory-file.ts';

const snapshotSchema = v.strictObject({
  /** Digest of all that was chosen for the run. */
  configuration: digestSchema,
  /** The names of all stages, one a line. */
  stages: v.string(),
  /** Where all must still be as it was: paths from the root, one a line. */
  paths: v.string(),
  /** Where nothing must be. */
  absent: v.string(),
  /** Digest of the identities of what is at the paths. */
  identities: digestSchema,
});

/**
 * What a run of everything has left, and all that it depends on, as the file system shows it. While nothing of it has changed,
 * the next such run would find every stage fresh, and need not even know the graph to say so.
 */
export type Snapshot = v.InferOutput<typeof snapshotSchema>;

export function snapshotPathOf(storeFolder: string): string {
  return join(storeFolder, 'snapshot.json');
}

/** Whether there is a snapshot that can't be read. */
export function isSnapshotDamaged(storeFolder: string): boolean {
  return recall(snapshotPathOf(storeFolder), snapshotSchema).damaged;
}

/** The names of all stages, if the last run of everything was of this configuration, and nothing has changed since. */
export function unchangedStages(root: string, configuration: Digest): readonly string[] | undefined {
  const { value: snapshot } = recall(snapshotPathOf(storeFolderOf(root)), snapshotSchema);
  if (snapshot?.configuration !== configuration) return undefined;
  const { stages, paths, absent, identities } = snapshot;
  const isUnchanged = statsAt(join(root, absent)) === undefined && identitiesOf(root, paths.split('\n')) === identities;
  return isUnchanged ? stages.split('\n') : undefined;
}

/** Digest of what changes whenever the contents at one of the paths do (see `FileIdentity`): of a folder, what is in it. */
export function identitiesOf(root: string, paths: readonly string[]): Digest {
  const identities = new Float64Array(5 * paths.length);
  paths.forEach((path, index) => {
    // Not joined, which would take longer than the look.
    const stats = statsAt(`${root}/${path}`);
    if (stats === undefined) return;
    const { mode, size, mtimeMs, ctimeMs, ino } = stats;
    identities.set([mode, size, mtimeMs, ctimeMs, ino], 5 * index);
  });
  return digestBytes(new Uint8Array(identities.buffer));
}

export function writeSnapshot(storeFolder: string, snapshot: Snapshot): void {
  remember(snapshotPathOf(storeFolder), snapshot);
}
