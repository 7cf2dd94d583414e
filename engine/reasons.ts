import { type Digest, isJsonObject, type Json, type JsonObject } from './digest.ts';
import type { InputDigests, Recipe } from './recipe.ts';

/** Why a stage is not fresh, or not as locked. What decides and what is shown are these same values. */
export type Reason =
  | { readonly reason: 'never-built' }
  | { readonly reason: 'forced' }
  | { readonly reason: 'invalidated' }
  | { readonly reason: 'kind-changed'; readonly from: string; readonly to: string }
  /** `param` is a path such as `sizes.n`. A side that lacks it is left out. */
  | { readonly reason: 'param-changed'; readonly param: string; readonly from?: Json; readonly to?: Json }
  | { readonly reason: 'input-changed'; readonly input: string; readonly artifact: string; readonly change: Change }
  | { readonly reason: 'input-reordered'; readonly input: string }
  | { readonly reason: 'code-changed'; readonly file: string; readonly change: Change }
  | { readonly reason: 'package-changed'; readonly package: string; readonly from?: string; readonly to?: string }
  | { readonly reason: 'platform-changed'; readonly from?: string; readonly to?: string }
  /** Recipes have come to mean something else since the stage was built, by another version of the engine. */
  | { readonly reason: 'engine-changed' }
  | { readonly reason: 'output-missing'; readonly path: string }
  | { readonly reason: 'output-edited'; readonly path: string }
  | { readonly reason: 'object-missing'; readonly output: string }
  | { readonly reason: 'object-damaged'; readonly output: string; readonly digest: Digest }
  | { readonly reason: 'upstream-stale'; readonly stage: string }
  /** The lock does not have the stage. */
  | { readonly reason: 'not-locked' }
  /** The lock has no digest of the output. */
  | { readonly reason: 'output-not-locked'; readonly output: string }
  /** The lock has an output that the stage does not have. */
  | { readonly reason: 'output-unknown'; readonly output: string }
  /** The lock has another recipe than follows from the params, the code and the locked inputs. */
  | { readonly reason: 'recipe-differs' }
  /** The lock has the stage, but the pipeline has not. */
  | { readonly reason: 'not-in-pipeline' };

export type Change = 'added' | 'removed' | 'changed';

/** The parts of a recipe that can be compared with those of another. The ledger has them, too, and the lock most. */
export interface RecipeParts extends Pick<Recipe, 'kind' | 'params' | 'inputs'> {
  /** A digest of what the bundle holds of each file. */
  readonly files: Readonly<Record<string, string>>;
  readonly packages: Readonly<Record<string, string>>;
  readonly platform?: string | undefined;
}

/** Every difference between an earlier recipe and a recipe of now. */
export function differences(from: RecipeParts, to: RecipeParts): Reason[] {
  return [
    ...(from.kind === to.kind ? [] : [{ reason: 'kind-changed', from: from.kind, to: to.kind } as const]),
    ...paramDifferences(from.params, to.params),
    ...inputDifferences(from.inputs, to.inputs),
    ...changedKeys(from.files, to.files).map((file): Reason => {
      return { reason: 'code-changed', file, change: changeOf(from.files[file], to.files[file]) };
    }),
    ...changedKeys(from.packages, to.packages).map((name): Reason => {
      return { reason: 'package-changed', package: name, ...sides(from.packages[name], to.packages[name]) };
    }),
    ...(from.platform === to.platform
      ? []
      : [{ reason: 'platform-changed', ...sides(from.platform, to.platform) } as const]),
  ];
}

function paramDifferences(from: JsonObject, to: JsonObject, prefix = ''): Reason[] {
  return changedKeys(from, to).flatMap((key): Reason[] => {
    const before = from[key];
    const after = to[key];
    const within =
      isJsonObject(before) && isJsonObject(after) ? paramDifferences(before, after, `${prefix}${key}.`) : [];
    // Without a difference within, the order of the keys differs.
    if (within.length > 0) return within;
    return [{ reason: 'param-changed', param: `${prefix}${key}`, ...sides(before, after) }];
  });
}

function inputDifferences(from: InputDigests, to: InputDigests): Reason[] {
  return changedKeys(from, to).flatMap((input): Reason[] => {
    const before = from[input] ?? {};
    const after = to[input] ?? {};
    const artifacts = changedKeys(before, after);
    if (artifacts.length === 0) return [{ reason: 'input-reordered', input }];
    return artifacts.map((artifact) => {
      return { reason: 'input-changed', input, artifact, change: changeOf(before[artifact], after[artifact]) };
    });
  });
}

/** The keys whose values differ, or that only one of the two has. */
function changedKeys<Value>(from: Readonly<Record<string, Value>>, to: Readonly<Record<string, Value>>): string[] {
  const keys = new Set([...Object.keys(from), ...Object.keys(to)]);
  return [...keys].filter((key) => JSON.stringify(from[key]) !== JSON.stringify(to[key]));
}

function changeOf(from: unknown, to: unknown): Change {
  return from === undefined ? 'added' : to === undefined ? 'removed' : 'changed';
}

function sides<Value>(from: Value | undefined, to: Value | undefined): { from?: Value; to?: Value } {
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}
