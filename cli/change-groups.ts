import { groups } from 'd3-array';
import type { OutputChange, StageChange } from '../engine/lock-diff.ts';
import { describeDistance } from './describe-distance.ts';
import { describeReason } from './describe-reason.ts';

/** Stages that have changed in the same way for the same reasons, in words. */
export interface ChangeGroup {
  /** Such as 'changed' or 'was added'. */
  readonly change: string;
  readonly reasons: readonly string[];
  /** Of each stage its name, and what is said of its outputs. */
  readonly stages: readonly { readonly name: string; readonly outputs: readonly string[] }[];
}

/** Gathers the stages of which the same is told, but for their outputs. */
export function groupsOf(changes: readonly StageChange[]): ChangeGroup[] {
  const told = changes.map(({ stage, change, reasons, outputs }) => ({
    change: change === 'changed' ? 'changed' : `was ${change}`,
    reasons: reasons.map(describeReason),
    stage: { name: stage, outputs: outputs.map(describeOutput) },
  }));
  return groups(told, ({ change, reasons }) => JSON.stringify([change, reasons])).map(([, [first, ...others]]) => ({
    change: first.change,
    reasons: first.reasons,
    stages: [first, ...others].map(({ stage }) => stage),
  }));
}

function describeOutput({ output, distance }: OutputChange): string {
  return `output \`${output}\` changed${distance === undefined ? '' : `: ${describeDistance(distance)}`}`;
}
