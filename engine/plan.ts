import { assess, type Fresh, reasonsOfItsOwn, type Stale } from './assess.ts';
import type { Checkout } from './checkout.ts';
import { type Graph, type Stage, upstreamOf } from './graph.ts';
import type { Reason } from './reasons.ts';
import type { Made, Outputs } from './recipe.ts';

/** A stage that it is built from must run, so it may yet prove fresh. */
export interface Unknown {
  readonly state: 'unknown';
  readonly reasons: readonly Reason[];
}

/** A stage that must run, although a stage that it is built from must run first. */
export type StaleAnyway = Pick<Stale, 'state' | 'reasons'>;

/** A stage that is stale here, and of which a witness says what it gives. */
export interface KnownOnly {
  readonly state: 'known';
  readonly reasons: readonly Reason[];
  readonly made: Made;
}

export type Assessment = Fresh | KnownOnly | Stale | StaleAnyway | Unknown;

type Known = Pick<Checkout, 'codes' | 'ledger' | 'place' | 'store'>;
type Plan = Map<Stage, Assessment>;

/**
 * What a run would find of every stage, as far as it can be known without running any.
 * @param witness says what a stale stage gives, if it knows.
 */
export function planOf(
  known: Known,
  graph: Graph,
  forced: ReadonlySet<Stage>,
  witness: (stage: Stage, stale: Stale) => Outputs | undefined = () => undefined,
): Plan {
  const plan: Plan = new Map();
  for (const stage of graph.values()) {
    const assessment = assessIn(plan, known, stage, forced.has(stage));
    plan.set(stage, mustRun(assessment) ? withOutputs(assessment, witness(stage, assessment)) : assessment);
  }
  return plan;
}

/** The same with a witness who must be asked. All stages whose recipes are known are asked for at once. */
export async function planAsking(
  known: Known,
  graph: Graph,
  forced: ReadonlySet<Stage>,
  witness: (stage: Stage, stale: Stale) => Promise<Outputs | undefined>,
): Promise<Plan> {
  const plan: Plan = new Map();
  const settled = new Map<Stage, Promise<Assessment>>();
  const settle = async (stage: Stage) => {
    for (const upstream of upstreamOf(stage)) await settled.get(upstream);
    const assessment = assessIn(plan, known, stage, forced.has(stage));
    const found = mustRun(assessment) ? withOutputs(assessment, await witness(stage, assessment)) : assessment;
    plan.set(stage, found);
    return found;
  };
  for (const stage of graph.values()) settled.set(stage, settle(stage));
  const inOrder = [...settled].map(async ([stage, assessment]) => [stage, await assessment] as const);
  return new Map(await Promise.all(inOrder));
}

/** Whether a stage must run here, and by which recipe is known. */
function mustRun(assessment: Assessment): assessment is Stale {
  return assessment.state === 'stale' && 'recipe' in assessment && assessment.restorable === undefined;
}

function withOutputs(stale: Stale, outputs: Outputs | undefined): Stale | KnownOnly {
  if (outputs === undefined) return stale;
  return { state: 'known', reasons: stale.reasons, made: { recipe: stale.recipe.digest, outputs } };
}

/** What a run would find of a stage, if what it is built from is in the plan. */
function assessIn(plan: Plan, known: Known, stage: Stage, forced: boolean): Exclude<Assessment, KnownOnly> {
  const madeBy = (upstream: Stage) => madeIn(plan.get(upstream));
  const assessment = assess(known, stage, madeBy, forced);
  if (assessment.state !== 'unknown') return assessment;
  const own = reasonsOfItsOwn(known, stage, forced);
  if (own.length > 0) return { state: 'stale', reasons: own };
  const unknown = [...upstreamOf(stage)].filter((upstream) => madeBy(upstream) === undefined);
  return { state: 'unknown', reasons: unknown.map(({ name }) => ({ reason: 'upstream-stale', stage: name })) };
}

function madeIn(assessment: Assessment | undefined): Made | undefined {
  if (assessment === undefined || assessment.state === 'unknown') return undefined;
  if (assessment.state === 'fresh') return assessment.result;
  if (assessment.state === 'known') return assessment.made;
  return 'restorable' in assessment ? assessment.restorable : undefined;
}
