import { readFileSync } from 'node:fs';
import type { Checkout } from './checkout.ts';
import type { Digest } from './digest.ts';
import type { Stage } from './graph.ts';
import { type Distance, distanceOf } from './numbers.ts';
import type { Outputs } from './recipe.ts';

/** An output of a stage that is not what the same recipe gave before. */
export interface Divergence {
  readonly output: string;
  /** Who saw what it gave before. */
  readonly witness: 'ledger' | 'lock' | 'remote';
  readonly before: Digest;
  readonly now: Digest;
  /** Where both sides are, for people to compare. A side that is lost is left out. */
  readonly paths: { readonly before?: string; readonly now?: string };
  /** How far apart the numbers are; not there if the output has none, or a side is lost. */
  readonly distance?: Distance;
}

type CheckoutParts = Pick<Checkout, 'store' | 'place'>;

/** The first output that was seen with other bytes than it has now; undefined if there is none. */
export function divergentOutput({ files }: Stage, before: Outputs, now: Outputs): string | undefined {
  return [...files.keys()].find((name) => before[name] !== undefined && before[name] !== now[name]);
}

/**
 * The same output, with all that there is to say of the difference.
 * @param checkoutNow The checkout that has what is made now, if that is another.
 */
export function divergenceOf(
  checkout: CheckoutParts,
  stage: Stage,
  witness: Divergence['witness'],
  before: Outputs,
  now: Outputs,
  checkoutNow = checkout,
): Divergence | undefined {
  const output = divergentOutput(stage, before, now);
  const [was, is] = output === undefined ? [] : [before[output], now[output]];
  if (output === undefined || was === undefined || is === undefined) return undefined;
  const [pathBefore, pathNow] = [pathOf(checkout, stage, output, was), pathOf(checkoutNow, stage, output, is)];
  const distance = distanceBetween(stage, output, pathBefore, pathNow);
  return {
    output,
    witness,
    before: was,
    now: is,
    paths: {
      ...(pathBefore === undefined ? {} : { before: pathBefore }),
      ...(pathNow === undefined ? {} : { now: pathNow }),
    },
    ...(distance === undefined ? {} : { distance }),
  };
}

/** How far apart the numbers of an output are in two files; undefined if it has none, or a file is not there. */
export function distanceBetween(
  { kind }: Stage,
  output: string,
  before: string | undefined,
  now: string | undefined,
): Distance | undefined {
  const format = kind.outputs[output];
  if (format?.numbers === undefined || before === undefined || now === undefined) return undefined;
  try {
    return distanceOf(format.numbers(readFileSync(before)), format.numbers(readFileSync(now)));
  } catch {
    // Bytes of an earlier version of the format may not be read any more.
    return undefined;
  }
}

/** The path of what an output holds: in the store, or in its place; undefined if it is lost. */
export function pathOf(
  { store, place }: CheckoutParts,
  stage: Stage,
  output: string,
  digest: Digest,
): string | undefined {
  return store.stateOf(digest) === 'whole' ? store.pathOf(digest) : place.intactCopy(stage, output, digest);
}
