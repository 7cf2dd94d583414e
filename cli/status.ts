import { Checkout } from '../engine/checkout.ts';
import type { Stage } from '../engine/graph.ts';
import { withUpstream } from '../engine/graph.ts';
import type { Pipeline } from '../engine/pipeline.ts';
import { type Assessment, planOf } from '../engine/plan.ts';
import { describeReason, describeReasons } from './describe-reason.ts';
import { formatSeconds, formatTable } from './format.ts';
import { print } from './print.ts';
import { type ConfigurationOptions, configurationOf } from './session.ts';
import { stagesNamed } from './targets.ts';

export interface StatusOptions extends ConfigurationOptions {
  readonly json?: boolean;
}

/** Shows the state of every stage, or of the targets. */
export async function status(pipeline: Pipeline, targets: readonly string[], options: StatusOptions): Promise<number> {
  const assessments = await assessed(pipeline, targets, options);
  if (options.json) {
    const stages = assessments.map(([{ name }, assessment]) => ({
      name,
      state: assessment.state,
      reasons: assessment.state === 'fresh' ? [] : assessment.reasons,
    }));
    print(JSON.stringify({ stages }));
    return 0;
  }
  const stale = assessments.filter(([, { state }]) => state !== 'fresh');
  for (const line of formatTable(stale.map(([stage, assessment]) => [stage.name, describe(assessment)]))) print(line);
  const counts = { fresh: 0, stale: 0, unknown: 0 };
  for (const [, { state }] of assessments) counts[state] += 1;
  print(`${counts.fresh} fresh, ${counts.stale} stale, ${counts.unknown} unknown`);
  return 0;
}

/** Explains the state of the targets, with every reason. */
export async function why(pipeline: Pipeline, targets: readonly string[], options: StatusOptions): Promise<number> {
  const assessments = await assessed(pipeline, targets, options);
  if (options.json) {
    for (const [{ name }, assessment] of assessments) {
      const { state } = assessment;
      print(JSON.stringify({ name, state, reasons: state === 'fresh' ? [] : assessment.reasons }));
    }
    return 0;
  }
  for (const [{ name }, assessment] of assessments) {
    if (assessment.state === 'fresh') {
      const { finished, seconds, machine } = assessment.result;
      print(`${name} is fresh: made ${finished} in ${formatSeconds(seconds)} on ${machine}`);
    } else {
      print(`${name} is ${assessment.state} because`);
      for (const reason of assessment.reasons) print(`  ${describeReason(reason)}`);
      if (isRestorable(assessment)) print('  (made before: it will be restored, not run)');
    }
  }
  return 0;
}

async function assessed(
  pipeline: Pipeline,
  targets: readonly string[],
  options: StatusOptions,
): Promise<[Stage, Assessment][]> {
  const { graph, placeFolder } = configurationOf(pipeline, options);
  const chosen = targets.length === 0 ? new Set(graph.values()) : stagesNamed(graph, targets);
  const checkout = new Checkout(pipeline.root, placeFolder);
  const needed = withUpstream(graph, chosen);
  await checkout.readCode(needed);
  return [...planOf(checkout, needed, new Set())].filter(([stage]) => chosen.has(stage));
}

function describe(assessment: Assessment): string {
  if (assessment.state === 'fresh') return 'fresh';
  const state = isRestorable(assessment) ? 'stale (restorable)' : assessment.state;
  return `${state} because ${describeReasons(assessment.reasons, 1)}`;
}

function isRestorable(assessment: Assessment): boolean {
  return 'restorable' in assessment && assessment.restorable !== undefined;
}
