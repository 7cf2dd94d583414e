import type { Checkout } from './checkout.ts';
import { canonicalJson, type Digest } from './digest.ts';
import type { Stage } from './graph.ts';
import type { LedgerResult } from './ledger.ts';
import { differences, type Reason, type RecipeParts } from './reasons.ts';
import { type InputDigests, type Recipe, recipeOf } from './recipe.ts';

/** Recorded, and its outputs in place: nothing to do. */
export interface Fresh {
  readonly state: 'fresh';
  readonly result: LedgerResult;
}

/** Not fresh. Where the recipe was recorded before, its result can be restored; else the stage must run. */
export interface Stale {
  readonly state: 'stale';
  readonly reasons: readonly Reason[];
  readonly recipe: Recipe;
  readonly restorable?: LedgerResult;
}

/** What is to be done about a stage, given the content of its inputs. */
export function assess(checkout: Checkout, stage: Stage, inputs: InputDigests, forced: boolean): Fresh | Stale {
  const recipe = recipeOf(stage, inputs, checkout.codeOf(stage));
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

/** The result of the recipe, unless it is not of the outputs that the stage has. */
function recordedResult({ ledger }: Checkout, { files }: Stage, { digest }: Recipe): LedgerResult | undefined {
  const result = ledger.resultOf(digest);
  const outputs = Object.keys(result?.outputs ?? {});
  return outputs.length === files.size && outputs.every((output) => files.has(output)) ? result : undefined;
}

/** Why the stage must run whatever its inputs are; empty if it depends on them. */
export function reasonsOfItsOwn(checkout: Checkout, stage: Stage, forced: boolean): Reason[] {
  if (forced) return [{ reason: 'forced' }];
  if (wasMadeWithSomeInputs(checkout, stage)) return [];
  const last = checkout.ledger.lastResult(stage.name, checkout.place.folder);
  const { modules, packages } = checkout.codeOf(stage);
  return reasonsToRun(checkout, stage, {
    kind: stage.kind.name,
    params: stage.params,
    inputs: last?.inputs ?? {},
    modules,
    packages,
  });
}

/** Whether there is a result that differs from the stage's recipe in nothing but, perhaps, the inputs. */
function wasMadeWithSomeInputs(checkout: Checkout, stage: Stage): boolean {
  const { digest } = checkout.codeOf(stage);
  const params = canonicalJson(stage.params);
  return checkout.ledger
    .results()
    .some((made) => made.kind === stage.kind.name && made.code === digest && canonicalJson(made.params) === params);
}

function reasonsToRun(checkout: Checkout, stage: Stage, parts: RecipeParts): Reason[] {
  const { ledger, place } = checkout;
  if (ledger.lastResult(stage.name, place.folder) === undefined) return [{ reason: 'never-built' }];
  const changes = differencesFromLast(checkout, stage, parts);
  if (changes.length > 0) return changes;
  return [ledger.isInvalidated(stage.name) ? { reason: 'invalidated' } : { reason: 'engine-changed' }];
}

function differencesFromLast({ ledger, place }: Checkout, stage: Stage, parts: RecipeParts): Reason[] {
  const last = ledger.lastResult(stage.name, place.folder);
  if (last === undefined) return [];
  const code = ledger.codeOf(last);
  const { kind, params, inputs } = last;
  return differences({ kind, params, inputs, modules: code?.modules ?? {}, packages: code?.packages ?? {} }, parts);
}

interface BrokenObject {
  readonly output: string;
  readonly digest: Digest;
  readonly reason: Reason;
}

function brokenObjects({ store }: Checkout, result: LedgerResult): BrokenObject[] {
  return Object.entries(result.outputs).flatMap(([output, digest]): BrokenObject[] => {
    const state = store.stateOf(digest);
    if (state === 'whole') return [];
    if (state === 'missing') return [{ output, digest, reason: { reason: 'object-missing', output } }];
    return [{ output, digest, reason: { reason: 'object-damaged', output, digest } }];
  });
}

function partsOf({ kind, params, inputs, code }: Recipe): RecipeParts {
  return { kind, params, inputs, modules: code.modules, packages: code.packages };
}
