import { assess, type Fresh, reasonsOfItsOwn, type Stale } from './assess.ts';
import type { Checkout } from './checkout.ts';
import { type Graph, type Stage, upstreamOf } from './graph.ts';
import type { Reason } from './reasons.ts';

/** A stage that it is built from must run, so it may yet prove fresh. */
export interface Unknown {
  readonly state: 'unknown';
  readonly reasons: readonly Reason[];
}

/** A stage that must run, although a stage that it is built from must run first. */
export type StaleAnyway = Pick<Stale, 'state' | 'reasons'>;

export type Assessment = Fresh | Stale | StaleAnyway | Unknown;

type Known = Pick<Checkout, 'codes' | 'ledger' | 'place' | 'store'>;

/** What a run would find of every stage, as far as it can be known without running any. */
export function planOf(known: Known, graph: Graph, forced: ReadonlySet<Stage>): Map<Stage, Assessment> {
  const plan = new Map<Stage, Assessment>();
  const madeBy = (stage: Stage) => resultOf(plan.get(stage));
  for (const stage of graph.values()) {
    const assessment = assess(known, stage, madeBy, forced.has(stage));
    if (assessment.state !== 'unknown') plan.set(stage, assessment);
    else {
      const upstream = [...upstreamOf(stage)].filter((before) => madeBy(before) === undefined);
      plan.set(stage, assessWithout(known, stage, upstream, forced.has(stage)));
    }
  }
  return plan;
}

function assessWithout(known: Known, stage: Stage, unknown: readonly Stage[], forced: boolean): StaleAnyway | Unknown {
  const own = reasonsOfItsOwn(known, stage, forced);
  if (own.length > 0) return { state: 'stale', reasons: own };
  return { state: 'unknown', reasons: unknown.map(({ name }) => ({ reason: 'upstream-stale', stage: name })) };
}

function resultOf(assessment: Assessment | undefined): Fresh['result'] | undefined {
  if (assessment === undefined || assessment.state === 'unknown') return undefined;
  if (assessment.state === 'fresh') return assessment.result;
  return 'restorable' in assessment ? assessment.restorable : undefined;
}
