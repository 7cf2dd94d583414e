import { assess, type Fresh, reasonsOfItsOwn, type Stale } from './assess.ts';
import type { Checkout } from './checkout.ts';
import type { Digest } from './digest.ts';
import { type Graph, type Stage, upstreamOf } from './graph.ts';
import type { Reason } from './reasons.ts';
import { inputDigestsOf } from './recipe.ts';

/** A stage that it is built from must run, so it may yet prove fresh. */
export interface Unknown {
  readonly state: 'unknown';
  readonly reasons: readonly Reason[];
}

/** A stage that must run, although a stage that it is built from must run first. */
export type StaleAnyway = Pick<Stale, 'state' | 'reasons'>;

export type Assessment = Fresh | Stale | StaleAnyway | Unknown;

/** What a run would find of every stage, as far as it can be known without running any. */
export function planOf(checkout: Checkout, graph: Graph, forced: ReadonlySet<Stage>): Map<Stage, Assessment> {
  const plan = new Map<Stage, Assessment>();
  const outputs = new Map<Stage, Readonly<Record<string, Digest>>>();
  for (const stage of graph.values()) {
    const unknown = [...upstreamOf(stage)].filter((upstream) => !outputs.has(upstream));
    const assessment =
      unknown.length === 0
        ? assess(checkout, stage, inputDigestsOf(stage, outputs), forced.has(stage))
        : assessWithout(checkout, stage, unknown, forced.has(stage));
    plan.set(stage, assessment);
    const result = resultOf(assessment);
    if (result !== undefined) outputs.set(stage, result.outputs);
  }
  return plan;
}

function assessWithout(
  checkout: Checkout,
  stage: Stage,
  unknown: readonly Stage[],
  forced: boolean,
): StaleAnyway | Unknown {
  const own = reasonsOfItsOwn(checkout, stage, forced);
  if (own.length > 0) return { state: 'stale', reasons: own };
  return { state: 'unknown', reasons: unknown.map(({ name }) => ({ reason: 'upstream-stale', stage: name })) };
}

function resultOf(assessment: Assessment): Fresh['result'] | undefined {
  if (assessment.state === 'fresh') return assessment.result;
  return 'restorable' in assessment ? assessment.restorable : undefined;
}
