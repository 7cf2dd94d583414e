import type { Fresh } from '../engine/assess.ts';
import type { Stage } from '../engine/graph.ts';
import { type Assessment, type Plan, restorableOf } from '../engine/plan.ts';
import { describeReasons } from './describe-reason.ts';
import { print } from './print.ts';
import type { RemoteOptions } from './remote.ts';

export interface DryRunOptions extends RemoteOptions {
  readonly json?: boolean;
}

/**
 * Shows what a run would do of a plan, a line a stage.
 * @param wanted The stages whose outputs it would bring; of others that are only known, it brings nothing.
 */
export function showPlan(plan: Plan, wanted: ReadonlySet<Stage>, { remote, json }: DryRunOptions): void {
  for (const [stage, assessment] of plan) {
    if (assessment.state === 'fresh' || (remote && assessment.state === 'known' && !wanted.has(stage))) continue;
    const action = actionOn(assessment, remote);
    const { reasons } = assessment;
    if (json) print(JSON.stringify({ event: 'planned', stage: stage.name, action, reasons }));
    else print(`would ${action.replace('run-perhaps', 'perhaps run')} ${stage.name}: ${describeReasons(reasons)}`);
  }
}

function actionOn(assessment: Exclude<Assessment, Fresh>, remote: string | undefined): string {
  if (restorableOf(assessment) !== undefined) return 'restore';
  if (assessment.state === 'known') return remote ? 'fetch' : 'run';
  return assessment.state === 'stale' ? 'run' : 'run-perhaps';
}
