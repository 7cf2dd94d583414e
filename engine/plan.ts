import { assess, type Fresh, reasonsOfItsOwn, type Stale } from './assess.ts';
import type { Checkout } from './checkout.ts';
import type { Graph, Stage } from './graph.ts';
import type { LedgerResult } from './ledger-entry.ts';
import type { Reason } from './reasons.ts';
import type { Made, Outputs } from './recipe.ts';

/** A stage of which something that it is built from must run first: it may yet prove fresh. */
export interface Unknown {
  readonly state: 'unknown';
  readonly reasons: readonly Reason[];
}

/** A stage that must run whatever it is built from gives, which is not known yet. */
export type StaleAnyway = Pick<Stale, 'state' | 'reasons'>;

/** A stage that is stale here, and of which a witness says what it gives. */
export interface Known {
  readonly state: 'known';
  readonly reasons: readonly Reason[];
  readonly made: Made;
}

export type Assessment = Fresh | Known | Stale | StaleAnyway | Unknown;

type CheckoutParts = Pick<Checkout, 'codes' | 'ledger' | 'place' | 'store'>;
/** What a run would find of each stage, in the order of the graph. */
export type Plan = ReadonlyMap<Stage, Assessment>;

/**
 * What a run would find of every stage, as far as that can be told without running any.
 * @param witness Says what a stale stage gives; undefined if it does not know.
 */
export function planOf(
  checkout: CheckoutParts,
  graph: Graph,
  forced: ReadonlySet<Stage>,
  witness: (stage: Stage, stale: Stale) => Outputs | undefined = () => undefined,
): Plan {
  const plan = new Map<Stage, Assessment>();
  for (const stage of graph.values()) {
    const assessment = assessIn(plan, checkout, stage, forced.has(stage));
    plan.set(stage, mustRun(assessment) ? withOutputs(assessment, witness(stage, assessment)) : assessment);
  }
  return plan;
}

/** The same with a witness who takes time to answer: it is asked of all stages whose recipes are known at once. */
export async function planAsking(
  checkout: CheckoutParts,
  graph: Graph,
  forced: ReadonlySet<Stage>,
  witness: (stage: Stage, stale: Stale) => Promise<Outputs | undefined>,
): Promise<Plan> {
  const plan = new Map<Stage, Assessment>();
  const settled = new Map<Stage, Promise<Assessment>>();
  const settle = async (stage: Stage) => {
    for (const upstream of stage.upstream) await settled.get(upstream);
    const assessment = assessIn(plan, checkout, stage, forced.has(stage));
    const found = mustRun(assessment) ? withOutputs(assessment, await witness(stage, assessment)) : assessment;
    plan.set(stage, found);
    return found;
  };
  for (const stage of graph.values()) settled.set(stage, settle(stage));
  const inOrder = [...settled].map(async ([stage, assessment]) => [stage, await assessment] as const);
  return new Map(await Promise.all(inOrder));
}

/** Whether a stage is to run, and its recipe is known, so that a witness may say what it gives. */
function mustRun(assessment: Assessment): assessment is Stale {
  return assessment.state === 'stale' && 'recipe' in assessment && assessment.restorable === undefined;
}

function withOutputs(stale: Stale, outputs: Outputs | undefined): Stale | Known {
  if (outputs === undefined) return stale;
  return { state: 'known', reasons: stale.reasons, made: { recipe: stale.recipe.digest, outputs } };
}

/** What a run would find of a stage. All that the stage is built from must be in the plan. */
function assessIn(plan: Plan, checkout: CheckoutParts, stage: Stage, forced: boolean): Exclude<Assessment, Known> {
  const madeBy = (upstream: Stage) => madeIn(plan.get(upstream));
  const assessment = assess(checkout, stage, madeBy, forced);
  if (assessment !== undefined) return assessment;
  const own = reasonsOfItsOwn(checkout, stage, forced);
  if (own.length > 0) return { state: 'stale', reasons: own };
  const unknown = [...stage.upstream].filter((upstream) => madeBy(upstream) === undefined);
  return { state: 'unknown', reasons: unknown.map(({ name }) => ({ reason: 'upstream-stale', stage: name })) };
}

function madeIn(assessment: Assessment | undefined): Made | undefined {
  if (assessment === undefined || assessment.state === 'unknown') return undefined;
  if (assessment.state === 'fresh') return assessment.result;
  if (assessment.state === 'known') return assessment.made;
  return restorableOf(assessment);
}

/** The recorded result that a run would put back in place instead of running the stage; undefined if there is none. */
export function restorableOf(assessment: Assessment): LedgerResult | undefined {
  return 'restorable' in assessment ? assessment.restorable : undefined;
}
