import type { Stats } from 'node:fs';
import * as v from 'valibot';
import { type Digest, digestBytes, digestSchema } from './digest.ts';
import { statsAt } from './files.ts';
import type { Layout } from './layout.ts';
import { recall, remember } from './memory-file.ts';

const snapshotSchema = v.strictObject({
  /** Digest of all that was chosen for the run. */
  configuration: digestSchema,
  /** The names of all stages. */
  stages: v.array(v.string()),
  /** The paths where everything must still be as it was. */
  paths: v.array(v.string()),
  /** Digest of the identities of what is at the paths. */
  identities: digestSchema,
});

/**
 * What a run of everything has left, and all that it depends on, as the file system shows it. While nothing of it has changed,
 * the next such run would find every stage fresh, and need not even know the graph to say so.
 */
export type Snapshot = v.InferOutput<typeof snapshotSchema>;

/** Whether there is a snapshot that can't be read. */
export function isSnapshotDamaged({ snapshot }: Layout): boolean {
  return recall(snapshot, snapshotSchema).damaged;
}

/** The names of all stages, if the last run of everything was of this configuration, and nothing has changed since. */
export function unchangedStages(layout: Layout, configuration: Digest): readonly string[] | undefined {
  const { value: snapshot } = recall(layout.snapshot, snapshotSchema);
  if (snapshot?.configuration !== configuration) return undefined;
  try {
    const isUnchanged =
      statsAt(layout.scratch) === undefined && identitiesOf(snapshot.paths.map(statsAt)) === snapshot.identities;
    return isUnchanged ? snapshot.stages : undefined;
  } catch {
    // The run that follows names what can't be looked at.
    return undefined;
  }
}

/** Digest of what stands at some paths, which changes whenever the contents do (see `FileIdentity`): of a folder, what is in it. */
export function identitiesOf(looks: readonly (Stats | undefined)[]): Digest {
  const identities = new Float64Array(5 * looks.length);
  looks.forEach((stats, index) => {
    if (stats === undefined) return;
    const { mode, size, mtimeMs, ctimeMs, ino } = stats;
    identities.set([mode, size, mtimeMs, ctimeMs, ino], 5 * index);
  });
  return digestBytes(new Uint8Array(identities.buffer));
}

export function writeSnapshot({ snapshot: path }: Layout, snapshot: Snapshot): void {
  remember(path, snapshot);
}
