import { openCheckout } from '../engine/checkout.ts';
import type { Stage } from '../engine/graph.ts';
import { withUpstream } from '../engine/graph.ts';
import type { Pipeline } from '../engine/pipeline.ts';
import { type Assessment, planOf } from '../engine/plan.ts';
import type { ChoiceOptions } from './choice.ts';
import { configurationOf } from './configuration.ts';
import { describeReasons } from './describe-reason.ts';
import { formatTable } from './format.ts';
import { print } from './print.ts';
import { stagesNamed } from './targets.ts';

export interface StatusOptions extends ChoiceOptions {
  readonly json?: boolean;
}

/** Shows the state of every stage, or of the targets. */
export async function status(pipeline: Pipeline, targets: readonly string[], options: StatusOptions): Promise<number> {
  const { chosen, plan } = await planFor(pipeline, targets, options);
  const assessments = [...plan].filter(([stage]) => chosen.has(stage));
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

/** What a run would find of the targets, or of all stages, and of what they are built from. */
export async function planFor(
  pipeline: Pipeline,
  targets: readonly string[],
  options: ChoiceOptions,
): Promise<{ chosen: ReadonlySet<Stage>; plan: ReadonlyMap<Stage, Assessment> }> {
  const { graph, placeFolder } = await configurationOf(pipeline, options);
  const chosen = targets.length === 0 ? new Set(graph.values()) : stagesNamed(graph, targets);
  const checkout = openCheckout(pipeline, placeFolder);
  const needed = withUpstream(graph, chosen);
  await checkout.codes.read(needed);
  return { chosen, plan: planOf(checkout, needed, new Set()) };
}

function describe(assessment: Assessment): string {
  if (assessment.state === 'fresh') return 'fresh';
  const state = isRestorable(assessment) ? 'stale (restorable)' : assessment.state;
  return `${state} because ${describeReasons(assessment.reasons, 1)}`;
}

/** Whether a stage was made before, so that it need not run. */
export function isRestorable(assessment: Assessment): boolean {
  return 'restorable' in assessment && assessment.restorable !== undefined;
}
