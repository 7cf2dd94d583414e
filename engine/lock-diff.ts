import type { Checkout } from './checkout.ts';
import type { Digest } from './digest.ts';
import type { Graph } from './graph.ts';
import { type Lock, lockedOutputs, lockedParts } from './lock-file.ts';
import { type Distance, distanceOf } from './numbers.ts';
import { differences, type Reason } from './reasons.ts';

/** An output whose content differs between two locks; a side that lacks it is left out. */
export interface OutputChange {
  readonly output: string;
  readonly from?: Digest;
  readonly to?: Digest;
  /** How far apart the numbers are, where the store has both sides. */
  readonly distance?: Distance;
}

/** A stage that differs between two locks. */
export interface StageChange {
  readonly stage: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly reasons: readonly Reason[];
  readonly outputs: readonly OutputChange[];
}

/** How one lock differs from another, stage by stage. */
export function compareLocks(from: Lock, to: Lock, checkout: Checkout, graph: Graph): StageChange[] {
  const names = new Set([...Object.keys(from.stages), ...Object.keys(to.stages)]);
  return [...names].flatMap((stage): StageChange[] => {
    const before = lockedParts(from, stage);
    const after = lockedParts(to, stage);
    if (before === undefined) return [{ stage, change: 'added', reasons: [], outputs: [] }];
    if (after === undefined) return [{ stage, change: 'removed', reasons: [], outputs: [] }];
    const reasons = differences(before, after);
    const outputs = outputChanges(from, to, stage, checkout, graph);
    return reasons.length + outputs.length === 0 ? [] : [{ stage, change: 'changed', reasons, outputs }];
  });
}

function outputChanges(from: Lock, to: Lock, stage: string, { store }: Checkout, graph: Graph): OutputChange[] {
  const before = lockedOutputs(from, stage);
  const after = lockedOutputs(to, stage);
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((output): OutputChange[] => {
    const sides = [before[output], after[output]] as const;
    const [old, now] = sides;
    if (old === now) return [];
    const numbers = graph.get(stage)?.kind.outputs[output]?.numbers;
    const comparable = old !== undefined && now !== undefined && numbers !== undefined;
    const inStore = comparable && store.stateOf(old) === 'whole' && store.stateOf(now) === 'whole';
    return [
      {
        output,
        ...(old === undefined ? {} : { from: old }),
        ...(now === undefined ? {} : { to: now }),
        ...(inStore ? { distance: distanceOf(numbers(store.read(old)), numbers(store.read(now))) } : {}),
      },
    ];
  });
}
