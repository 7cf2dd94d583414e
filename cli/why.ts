import { statSync } from 'node:fs';
import type { Stage } from '../engine/graph.ts';
import type { Pipeline } from '../engine/pipeline.ts';
import { type Assessment, type Plan, restorableOf } from '../engine/plan.ts';
import type { Reason } from '../engine/reasons.ts';
import { describeReason } from './describe-reason.ts';
import { formatSeconds } from './format.ts';
import { print } from './print.ts';
import { planOfTargets, type StatusOptions } from './status.ts';

const MOST_UPSTREAM = 10;

/** Explains the state of the targets, with every reason; of files, what made them. Returns the exit code. */
export async function why(pipeline: Pipeline, targets: readonly string[], options: StatusOptions): Promise<number> {
  const isFile = (target: string) => statSync(target, { throwIfNoEntry: false })?.isFile() === true;
  const files = targets.filter(isFile);
  const exitCode = files.length === 0 ? 0 : await (await import('./origin.ts')).origins(pipeline, files, options);
  if (files.length === targets.length) return exitCode;
  const { chosen, plan } = await planOfTargets(
    pipeline,
    targets.filter((target) => !isFile(target)),
    options,
  );
  for (const [stage, assessment] of plan) {
    if (!chosen.has(stage)) continue;
    if (options.json)
      print(JSON.stringify({ name: stage.name, state: assessment.state, reasons: reasonsOf(assessment) }));
    else for (const line of linesOf(stage, assessment, plan)) print(line);
  }
  return exitCode;
}

function linesOf(stage: Stage, assessment: Assessment, plan: Plan): string[] {
  if (assessment.state === 'fresh') {
    const { finished, seconds, machine } = assessment.result;
    const how = seconds === undefined ? machine : `made in ${formatSeconds(seconds)} on ${machine}`;
    return [`${stage.name} is fresh: ${how}, ${finished}`];
  }
  const own = assessment.reasons.filter(({ reason }) => reason !== 'upstream-stale').map(describeReason);
  const upstream = [...upstreamReasons(stage, plan)].map(
    ([reason, [first, ...more]]) => `${first}${more.length === 0 ? '' : ` and ${more.length} more`}: ${reason}`,
  );
  const hidden = upstream.splice(MOST_UPSTREAM).length;
  return [
    `${stage.name} is ${assessment.state} because`,
    ...[...own, ...upstream].map((line) => `  ${line}`),
    ...(hidden === 0 ? [] : [`  and ${hidden} more reasons upstream`]),
    ...(restorableOf(assessment) !== undefined ? ['  (made before: it will be restored, not run)'] : []),
    ...(assessment.state === 'known' ? ['  (what it gives is known, but is not here)'] : []),
  ];
}

/** The reasons, in words, why stages that a stage is built from must run; by each, the names of these stages. */
function upstreamReasons(stage: Stage, plan: Plan): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const seen = new Set<Stage>();
  const pending = [...stage.upstream];
  for (let upstream = pending.shift(); upstream !== undefined; upstream = pending.shift()) {
    if (seen.has(upstream)) continue;
    seen.add(upstream);
    const assessment = plan.get(upstream);
    if (assessment === undefined || assessment.state === 'known' || restorableOf(assessment) !== undefined) continue;
    pending.push(...upstream.upstream);
    for (const reason of reasonsOf(assessment)) {
      if (reason.reason === 'upstream-stale') continue;
      const text = describeReason(reason);
      found.set(text, [...(found.get(text) ?? []), upstream.name]);
    }
  }
  return found;
}

function reasonsOf(assessment: Assessment): readonly Reason[] {
  return assessment.state === 'fresh' ? [] : assessment.reasons;
}
