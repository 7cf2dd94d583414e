import type { Stats } from 'node:fs';
import * as v from 'valibot';
import { type Digest, digestBytes, digestSchema } from './digest.ts';
import { statsAt } from './files.ts';
import type { Layout } from './layout.ts';
import { recall, remember } from './memory-file.ts';

const snapshotSchema = v.strictObject({
  /** Digest of all that was chosen for the run (`Choice`). */
  configuration: digestSchema,
  /** The names of all stages. */
  stages: v.array(v.string()),
  /** What must still be as it was: first code, which is less and changes more often, then what it has made. */
  parts: v.array(
    v.strictObject({
      paths: v.array(v.string()),
      /** Digest of the identities of what is at the paths. */
      identities: digestSchema,
    }),
  ),
});

/**
 * What a run of everything has left, and all that this depends on, as the file system shows it. While nothing of it has
 * changed, the next such run would find every stage fresh, and needs no graph to say so.
 */
export type Snapshot = v.InferOutput<typeof snapshotSchema>;

/**
 * The names of all stages, if the last snapshot is of this configuration and nothing has changed since; else undefined.
 */
export function unchangedStages(layout: Layout, configuration: Digest): readonly string[] | undefined {
  const { value: snapshot } = recall(layout.snapshot, snapshotSchema);
  if (snapshot?.configuration !== configuration) return undefined;
  try {
    const isUnchanged =
      statsAt(layout.scratch) === undefined &&
      snapshot.parts.every(({ paths, identities }) => identitiesOf(paths.map(statsAt)) === identities);
    return isUnchanged ? snapshot.stages : undefined;
  } catch {
    // The run that follows names what can't be looked at.
    return undefined;
  }
}

/** Digest of looks at some paths. It changes whenever a file (see `FileIdentity`) or the names in a folder do. */
export function identitiesOf(looks: readonly (Stats | undefined)[]): Digest {
  const identities = new Float64Array(5 * looks.length);
  looks.forEach((stats, index) => {
    if (stats === undefined) return;
    const { mode, size, mtimeMs, ctimeMs, ino } = stats;
    identities.set([mode, size, mtimeMs, ctimeMs, ino], 5 * index);
  });
  return digestBytes(new Uint8Array(identities.buffer));
}

/** Writes the snapshot of a checkout. If that fails, the next run takes longer. */
export function writeSnapshot({ snapshot: path }: Layout, snapshot: Snapshot): void {
  remember(path, snapshot);
}
