import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Checkout } from './checkout.ts';
import { statsAt } from './files.ts';
import { artifactName, type Graph, type Stage } from './graph.ts';
import { type Lock, lockedOutputs, lockedParts } from './lock-file.ts';
import { differences, type Reason } from './reasons.ts';
import type { InputDigests } from './recipe.ts';

/** A stage that is not what the lock says, and why. */
export interface Difference {
  readonly stage: string;
  readonly reasons: readonly Reason[];
}

/**
 * Compares the checkout with its lock: the recipes of all stages, and the published files. Runs nothing, and needs nothing
 * but the checkout.
 */
export function checkLock(checkout: Checkout, graph: Graph, lock: Lock): Difference[] {
  const found = [...graph.values()].map((stage) => ({
    stage: stage.name,
    reasons: [...recipeDifferences(checkout, stage, lock), ...publishedDifferences(checkout, stage, lock)],
  }));
  const gone = Object.keys(lock.stages).filter((name) => !graph.has(name));
  return [
    ...found.filter(({ reasons }) => reasons.length > 0),
    ...gone.map((stage): Difference => ({ stage, reasons: [{ reason: 'not-in-pipeline' }] })),
  ];
}

/**
 * The files beside published ones that no stage publishes, such as the figure of a stage that is gone. Hidden files, and
 * those at the root, are none of the pipeline's.
 */
export function strayFiles(root: string, graph: Graph): string[] {
  const published = new Set([...graph.values()].flatMap(({ publish }) => [...publish.values()]));
  const folders = new Set([...published].map((path) => dirname(path)));
  folders.delete('.');
  const names = (folder: string) => (statsAt(join(root, folder))?.isDirectory() ? readdirSync(join(root, folder)) : []);
  return [...folders]
    .flatMap((folder) => names(folder).map((name) => `${folder}/${name}`))
    .filter((path) => !published.has(path) && !basename(path).startsWith('.') && statsAt(join(root, path))?.isFile())
    .sort();
}

function recipeDifferences(checkout: Checkout, stage: Stage, lock: Lock): Reason[] {
  const locked = lockedParts(lock, stage.name);
  if (locked === undefined) return [{ reason: 'not-locked' }];
  const { kind, params } = stage;
  const { modules, packages } = checkout.codeOf(stage);
  const now = { kind: kind.name, params, inputs: lockedInputs(stage, lock), modules, packages };
  return differences(locked, now);
}

/** What the lock says that the stage's inputs hold; without those that it says nothing of. */
function lockedInputs(stage: Stage, lock: Lock): InputDigests {
  return Object.fromEntries(
    stage.wires.map(({ input, artifacts }) => [
      input,
      Object.fromEntries(
        artifacts.flatMap((artifact) => {
          const digest = lockedOutputs(lock, artifact.stage.name)[artifact.output];
          return digest === undefined ? [] : [[artifactName(artifact), digest]];
        }),
      ),
    ]),
  );
}

function publishedDifferences({ place }: Checkout, stage: Stage, lock: Lock): Reason[] {
  return place.publishedDeviations(stage, lockedOutputs(lock, stage.name));
}
