import { exp, ln } from './special-functions.ts';

/** Two positive values, one at which something holds and one at which it does not: it flips between them. */
export interface Bracket {
  readonly holds: number;
  readonly fails: number;
}

/** The value in the middle of a bracket, in logarithms. */
export function middleOf({ holds, fails }: Bracket): number {
  return exp((ln(holds) + ln(fails)) / 2);
}

/** The half of a bracket that is left once its middle is known. */
export function halved(bracket: Bracket, holdsInTheMiddle: boolean): Bracket {
  const middle = middleOf(bracket);
  return holdsInTheMiddle ? { ...bracket, holds: middle } : { ...bracket, fails: middle };
}

/**
 * The bracket on the way from the first of some values, at which it holds, to the nearest at which it does not.
 * @returns undefined if it holds at all of them, or not at the first.
 */
export function firstBracket(values: readonly { readonly at: number; readonly holds: boolean }[]): Bracket | undefined {
  const index = values.findIndex(({ holds }) => !holds);
  const [before, flip] = [values[index - 1], values[index]];
  return before === undefined || flip === undefined ? undefined : { holds: before.at, fails: flip.at };
}
