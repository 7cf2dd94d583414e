import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Checkout } from './checkout.ts';
import { statsAt } from './files.ts';
import type { Graph, Stage } from './graph.ts';
import type { Lock, LockedCode, LockedStage } from './lock-file.ts';
import { sliceOf } from './provenance-of.ts';
import { differences, type Reason } from './reasons.ts';
import { recipeOf } from './recipe.ts';

/** A stage that is not what the lock says, and why. */
export interface Difference {
  readonly stage: string;
  readonly reasons: readonly Reason[];
}

type CheckoutParts = Pick<Checkout, 'codes' | 'place'>;

/**
 * Compares the checkout with its lock, and runs nothing. The lock must have each stage by the recipe that follows from
 * its params, its code and the locked outputs of the stages that it is built from, with a digest for every output.
 * Published files must have these digests.
 * @returns the stages that differ.
 */
export function checkLock(checkout: CheckoutParts, graph: Graph, lock: Lock): Difference[] {
  const found = [...graph.values()].map((stage) => ({
    stage: stage.name,
    reasons: stageDifferences(checkout, stage, lock),
  }));
  const gone = [...lock.stages.keys()].filter((name) => !graph.has(name));
  return [
    ...found.filter(({ reasons }) => reasons.length > 0),
    ...gone.map((stage): Difference => ({ stage, reasons: [{ reason: 'not-in-pipeline' }] })),
  ];
}

/**
 * The files beside published ones that no stage publishes, such as the figure of a stage that is gone; by path from the
 * root. Hidden files, and those at the root, are none of the pipeline's.
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

function stageDifferences({ codes, place }: CheckoutParts, stage: Stage, lock: Lock): Reason[] {
  const locked = lock.stages.get(stage.name);
  if (locked === undefined) return [{ reason: 'not-locked' }];
  const code = codes.of(stage);
  const madeBy = (upstream: Stage) => lock.stages.get(upstream.name);
  const recipe = recipeOf(stage, code, madeBy, sliceOf(stage, codes, madeBy));
  const isSame = recipe?.digest === locked.recipe;
  return [
    ...recipeDifferences(stage, isSame ? undefined : code, locked, lock.kinds.get(locked.kind)),
    ...outputDifferences(stage, locked),
    ...place.publishedDeviations(stage, locked.outputs),
  ];
}

/**
 * How a stage differs from what the lock says of it.
 * @param code Its code, if its recipe differs from the locked one; undefined if the recipes are equal.
 */
function recipeDifferences(
  { kind, params }: Stage,
  code: Omit<LockedCode, 'bundle'> | undefined,
  locked: LockedStage,
  lockedCode: LockedCode | undefined,
): Reason[] {
  const none = { files: {}, packages: {} };
  const before = { kind: locked.kind, params: locked.params, inputs: {}, ...(code === undefined ? none : lockedCode) };
  const now = { kind: kind.name, params, inputs: {}, ...(code ?? none) };
  const found = differences({ ...none, ...before }, now);
  return found.length > 0 || code === undefined ? found : [{ reason: 'recipe-differs' }];
}

function outputDifferences({ files }: Stage, { outputs }: LockedStage): Reason[] {
  const missing = [...files.keys()].filter((output) => !Object.hasOwn(outputs, output));
  const unknown = Object.keys(outputs).filter((output) => !files.has(output));
  return [
    ...missing.map((output): Reason => ({ reason: 'output-not-locked', output })),
    ...unknown.map((output): Reason => ({ reason: 'output-unknown', output })),
  ];
}
