import type { Checkout } from './checkout.ts';
import type { Digest } from './digest.ts';
import { distanceBetween, pathOf } from './divergence.ts';
import { artifactsOf, type Graph } from './graph.ts';
import { type Lock, lockedOutputs } from './lock-file.ts';
import type { Distance } from './numbers.ts';
import { differences, type Reason, type RecipeParts } from './reasons.ts';
import type { InputDigests } from './recipe.ts';

/** An output whose content differs between two locks; a side that lacks it is left out. */
export interface OutputChange {
  readonly output: string;
  readonly from?: Digest;
  readonly to?: Digest;
  /** How far apart the numbers are, where the checkout has both sides. */
  readonly distance?: Distance;
}

/** A stage that differs between two locks. */
export interface StageChange {
  readonly stage: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly reasons: readonly Reason[];
  readonly outputs: readonly OutputChange[];
}

type CheckoutParts = Pick<Checkout, 'store' | 'place'>;

/**
 * How one lock differs from another, stage by stage.
 * @param graph Says what is wired to what, which no lock does.
 */
export function compareLocks(from: Lock, to: Lock, checkout: CheckoutParts, graph: Graph): StageChange[] {
  const names = new Set([...from.stages.keys(), ...to.stages.keys()]);
  return [...names].flatMap((stage): StageChange[] => {
    const before = partsOf(from, stage, graph);
    const after = partsOf(to, stage, graph);
    if (before === undefined) return [{ stage, change: 'added', reasons: [], outputs: [] }];
    if (after === undefined) return [{ stage, change: 'removed', reasons: [], outputs: [] }];
    const isSame = from.stages.get(stage)?.recipe === to.stages.get(stage)?.recipe;
    const reasons = isSame ? [] : differences(before, after);
    const outputs = outputChanges(from, to, stage, checkout, graph);
    if (isSame && outputs.length === 0) return [];
    const told: Reason[] = reasons.length > 0 || isSame ? reasons : [{ reason: 'recipe-differs' }];
    return [{ stage, change: 'changed', reasons: told, outputs }];
  });
}

/** What a lock says of the recipe of a stage; undefined if it does not have the stage. */
function partsOf(lock: Lock, name: string, graph: Graph): RecipeParts | undefined {
  const locked = lock.stages.get(name);
  if (locked === undefined) return undefined;
  const { kind, params } = locked;
  const { files = {}, packages = {} } = lock.kinds.get(kind) ?? {};
  return { kind, params, inputs: inputsOf(lock, name, graph), files, packages };
}

/** What a lock says that the inputs of a stage hold. Inputs that it says nothing of are left out. */
function inputsOf(lock: Lock, name: string, graph: Graph): InputDigests {
  return Object.fromEntries(
    (graph.get(name)?.wires ?? []).map((wire) => [
      wire.input,
      Object.fromEntries(
        artifactsOf(wire).flatMap((artifact) => {
          const digest = lockedOutputs(lock, artifact.stage.name)[artifact.output];
          return digest === undefined ? [] : [[artifact.name, digest]];
        }),
      ),
    ]),
  );
}

function outputChanges(from: Lock, to: Lock, name: string, checkout: CheckoutParts, graph: Graph): OutputChange[] {
  const before = lockedOutputs(from, name);
  const after = lockedOutputs(to, name);
  const stage = graph.get(name);
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((output): OutputChange[] => {
    const [old, now] = [before[output], after[output]];
    if (old === now) return [];
    const place = (digest: Digest | undefined) => digest && stage && pathOf(checkout, stage, output, digest);
    const distance = stage && distanceBetween(stage, output, place(old), place(now));
    return [
      {
        output,
        ...(old === undefined ? {} : { from: old }),
        ...(now === undefined ? {} : { to: now }),
        ...(distance === undefined ? {} : { distance }),
      },
    ];
  });
}
