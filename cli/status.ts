import { openCheckout } from '../engine/checkout.ts';
import { type Stage, withUpstream } from '../engine/graph.ts';
import type { Pipeline } from '../engine/pipeline.ts';
import { type Assessment, type Plan, restorableOf } from '../engine/plan.ts';
import type { ChoiceOptions } from './choice.ts';
import { configurationOf } from './configuration.ts';
import { describeReasons } from './describe-reason.ts';
import { formatTable } from './format.ts';
import { planFor } from './plan.ts';
import { print } from './print.ts';
import type { RemoteOptions } from './remote.ts';
import { endsOf, stagesNamed } from './targets.ts';

export interface StatusOptions extends ChoiceOptions, RemoteOptions {
  readonly json?: boolean;
}

/** Shows the state of every stage, or of the targets. */
export async function status(pipeline: Pipeline, targets: readonly string[], options: StatusOptions): Promise<number> {
  const { chosen, wanted, plan } = await planOfTargets(pipeline, targets, options);
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
  // What is only known is of interest only where a run would bring it.
  const isShown = ([stage, { state }]: readonly [Stage, Assessment]) =>
    state === 'known' ? wanted.has(stage) : state !== 'fresh';
  const rows = assessments.filter(isShown).map(([stage, assessment]) => [stage.name, describe(assessment)]);
  for (const line of formatTable(rows)) print(line);
  const counts = { fresh: 0, known: 0, stale: 0, unknown: 0 };
  for (const [, { state }] of assessments) counts[state] += 1;
  const known = counts.known === 0 ? '' : `${counts.known} known, `;
  print(`${counts.fresh} fresh, ${known}${counts.stale} stale, ${counts.unknown} unknown`);
  if (counts.known > 0) print(`what is known is not here: ${options.remote ? WITH_REMOTE : WITHOUT_REMOTE}`);
  return 0;
}

const WITH_REMOTE = 'a run fetches what is wanted of it, or read by a stage that runs';
const WITHOUT_REMOTE = 'the lock says what it gives; a run makes it, or fetches it with --remote';

/**
 * The stages that the targets name, or all; those of them whose outputs a run would bring; and what it would find of
 * them and of all that they are built from.
 */
export async function planOfTargets(
  pipeline: Pipeline,
  targets: readonly string[],
  options: ChoiceOptions & RemoteOptions,
): Promise<{ chosen: ReadonlySet<Stage>; wanted: ReadonlySet<Stage>; plan: Plan }> {
  const { graph, placeFolder } = await configurationOf(pipeline, options);
  const chosen = targets.length === 0 ? new Set(graph.values()) : stagesNamed(graph, targets);
  const plan = await planFor(openCheckout(pipeline, placeFolder), withUpstream(graph, chosen), options);
  return { chosen, wanted: targets.length === 0 ? endsOf(graph) : chosen, plan };
}

function describe(assessment: Assessment): string {
  if (assessment.state === 'fresh') return 'fresh';
  const state = restorableOf(assessment) !== undefined ? 'stale (restorable)' : assessment.state;
  return `${state} because ${describeReasons(assessment.reasons, 1)}`;
}
