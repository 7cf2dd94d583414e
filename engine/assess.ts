import type { Checkout } from './checkout.ts';
import type { Digest } from './digest.ts';
import type { Stage } from './graph.ts';
import type { LedgerResult } from './ledger.ts';
import { sliceOf } from './provenance-of.ts';
import { differences, type Reason, type RecipeParts } from './reasons.ts';
import { hasOutputsOf, type MadeBy, type Recipe, recipeOf } from './recipe.ts';

/** A stage whose result is recorded and whose outputs are in place. There is nothing to do. */
export interface Fresh {
  readonly state: 'fresh';
  readonly result: LedgerResult;
}

/** A stage that is not fresh. If its recipe was recorded before, the result can be restored; otherwise the stage must run. */
export interface Stale {
  readonly state: 'stale';
  readonly reasons: readonly Reason[];
  readonly recipe: Recipe;
  readonly restorable?: LedgerResult;
}

/** A stage whose recipe is not known yet: something that it is built from must run first. It may yet prove fresh. */
export interface Unknown {
  readonly state: 'unknown';
}

type Known = Pick<Checkout, 'codes' | 'ledger' | 'place' | 'store'>;

/** What is to be done about a stage, given what the stages that it is built from hold. */
export function assess(known: Known, stage: Stage, madeBy: MadeBy, forced: boolean): Fresh | Stale | Unknown {
  const recipe = recipeOf(stage, known.codes.of(stage), madeBy, sliceOf(stage, known.codes, madeBy));
  if (recipe === undefined) return { state: 'unknown' };
  const stale = (reasons: readonly Reason[]): Stale => ({ state: 'stale', reasons, recipe });
  if (forced) return stale([{ reason: 'forced' }]);
  const result = recordedResult(known, stage, recipe);
  if (result === undefined) return stale(reasonsToRun(known, stage, partsOf(recipe)));
  const broken = brokenObjects(known, result);
  const lost = broken.filter(({ output, digest }) => known.place.intactCopy(stage, output, digest) === undefined);
  if (lost.length > 0) return stale(lost.map(({ reason }) => reason));
  const deviations = [...broken.map(({ reason }) => reason), ...known.place.deviations(stage, result.outputs)];
  if (deviations.length === 0) return { state: 'fresh', result };
  const changes = differencesFromLast(known, stage, partsOf(recipe));
  return { ...stale(changes.length > 0 ? changes : deviations), restorable: result };
}

/** The result of the recipe, if it has exactly the outputs that the stage has. */
function recordedResult({ ledger }: Known, stage: Stage, { digest }: Recipe): LedgerResult | undefined {
  const result = ledger.resultOf(digest);
  return result !== undefined && hasOutputsOf(stage, result.outputs) ? result : undefined;
}

/** Why the stage must run whatever its inputs are. Empty if that depends on the inputs. */
export function reasonsOfItsOwn(known: Known, stage: Stage, forced: boolean): Reason[] {
  if (forced) return [{ reason: 'forced' }];
  if (known.ledger.wasMadeBy(stage.kind.name, stage.params, known.codes.of(stage).digest)) return [];
  const last = known.ledger.lastResult(stage.name, known.place.folder);
  const { files, packages, platform } = known.codes.of(stage);
  const { kind, params } = stage;
  return reasonsToRun(known, stage, {
    kind: kind.name,
    params,
    inputs: last?.inputs ?? {},
    files,
    packages,
    platform,
  });
}

function reasonsToRun(known: Known, stage: Stage, parts: RecipeParts): Reason[] {
  const { ledger, place } = known;
  if (ledger.lastResult(stage.name, place.folder) === undefined) return [{ reason: 'never-built' }];
  const changes = differencesFromLast(known, stage, parts);
  if (changes.length > 0) return changes;
  return [ledger.isInvalidated(stage.name) ? { reason: 'invalidated' } : { reason: 'engine-changed' }];
}

function differencesFromLast({ ledger, place }: Known, stage: Stage, parts: RecipeParts): Reason[] {
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

function brokenObjects({ store }: Known, result: LedgerResult): BrokenObject[] {
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
