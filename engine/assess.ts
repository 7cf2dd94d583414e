import type { Checkout } from './checkout.ts';
import type { Digest } from './digest.ts';
import type { Stage } from './graph.ts';
import type { LedgerResult } from './ledger-entry.ts';
import { sliceOf } from './provenance-of.ts';
import { differences, type Reason, type RecipeParts } from './reasons.ts';
import { hasOutputsOf, type MadeBy, type Recipe, recipeOf } from './recipe.ts';

/** A stage whose result is recorded and whose outputs are in place. There is nothing to do. */
export interface Fresh {
  readonly state: 'fresh';
  readonly result: LedgerResult;
}

/** A stage that is not fresh. */
export interface Stale {
  readonly state: 'stale';
  readonly reasons: readonly Reason[];
  readonly recipe: Recipe;
  /** What the recipe gave before, and can be put back in place. Without it the stage must run. */
  readonly restorable?: LedgerResult;
}

type CheckoutParts = Pick<Checkout, 'codes' | 'ledger' | 'place' | 'store'>;

/**
 * What is to be done about a stage.
 * @param madeBy What the stages that it is built from hold.
 * @returns undefined if one of these must run first: then the recipe is not known, and the stage may yet prove fresh.
 */
export function assess(
  checkout: CheckoutParts,
  stage: Stage,
  madeBy: MadeBy,
  forced: boolean,
): Fresh | Stale | undefined {
  const recipe = recipeOf(stage, checkout.codes.of(stage), madeBy, sliceOf(stage, checkout.codes, madeBy));
  if (recipe === undefined) return undefined;
  const stale = (reasons: readonly Reason[]): Stale => ({ state: 'stale', reasons, recipe });
  if (forced) return stale([{ reason: 'forced' }]);
  const result = recordedResult(checkout, stage, recipe);
  if (result === undefined) return stale(reasonsToRun(checkout, stage, partsOf(recipe)));
  const broken = brokenObjects(checkout, result);
  const lost = broken.filter(({ output, digest }) => checkout.place.intactCopy(stage, output, digest) === undefined);
  if (lost.length > 0) return stale(lost.map(({ reason }) => reason));
  const deviations = [...broken.map(({ reason }) => reason), ...checkout.place.deviations(stage, result.outputs)];
  if (deviations.length === 0) return { state: 'fresh', result };
  const changes = differencesFromLast(checkout, stage, partsOf(recipe));
  return { ...stale(changes.length > 0 ? changes : deviations), restorable: result };
}

/** The result that counts of a recipe, if it has exactly the outputs that the stage has. */
function recordedResult({ ledger }: CheckoutParts, stage: Stage, { digest }: Recipe): LedgerResult | undefined {
  const result = ledger.resultOf(digest);
  return result !== undefined && hasOutputsOf(stage, result.outputs) ? result : undefined;
}

/** Why a stage must run whatever its inputs hold; empty if that depends on them. */
export function reasonsOfItsOwn(checkout: CheckoutParts, stage: Stage, forced: boolean): Reason[] {
  if (forced) return [{ reason: 'forced' }];
  if (checkout.ledger.wasMadeBy(stage.kind.name, stage.params, checkout.codes.of(stage).digest)) return [];
  const last = checkout.ledger.lastResult(stage.name, checkout.place.folder);
  const { files, packages, platform } = checkout.codes.of(stage);
  const { kind, params } = stage;
  return reasonsToRun(checkout, stage, {
    kind: kind.name,
    params,
    inputs: last?.inputs ?? {},
    files,
    packages,
    platform,
  });
}

function reasonsToRun(checkout: CheckoutParts, stage: Stage, parts: RecipeParts): Reason[] {
  const { ledger, place } = checkout;
  if (ledger.lastResult(stage.name, place.folder) === undefined) return [{ reason: 'never-built' }];
  const changes = differencesFromLast(checkout, stage, parts);
  if (changes.length > 0) return changes;
  return [ledger.isInvalidated(stage.name) ? { reason: 'invalidated' } : { reason: 'engine-changed' }];
}

function differencesFromLast({ ledger, place }: CheckoutParts, stage: Stage, parts: RecipeParts): Reason[] {
  const last = ledger.lastResult(stage.name, place.folder);
  if (last === undefined) return [];
  const code = ledger.codeOf(last);
  const { kind, params, inputs } = last;
  const { files = {}, packages = {}, platform } = code ?? {};
  return differences({ kind, params, inputs, files, packages, platform }, parts);
}

interface BrokenObject {
  readonly output: string;
  readonly digest: Digest;
  readonly reason: Reason;
}

function brokenObjects({ store }: CheckoutParts, result: LedgerResult): BrokenObject[] {
  return Object.entries(result.outputs).flatMap(([output, digest]): BrokenObject[] => {
    const state = store.stateOf(digest);
    if (state === 'whole') return [];
    if (state === 'missing') return [{ output, digest, reason: { reason: 'object-missing', output } }];
    return [{ output, digest, reason: { reason: 'object-damaged', output, digest } }];
  });
}

function partsOf({ kind, params, inputs, code }: Recipe): RecipeParts {
  return { kind, params, inputs, files: code.files, packages: code.packages, platform: code.platform };
}
