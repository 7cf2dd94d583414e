import { type Bracket, halved, middleOf } from '../../science/bracket.ts';
import type { Choice } from './choices.ts';
import type { Headline } from './headlines.ts';
import { measure, type Surroundings } from './measure.ts';
import { type Setup, varied } from './setup.ts';
import { meets } from './trials.ts';

/** A claim, and the choice of an experiment that it may flip by. */
export interface Question {
  readonly headline: Headline;
  readonly setup: Setup;
  readonly choice: Choice;
  readonly seeds: readonly number[];
}

/** The half of a bracket of factors in which the claim flips, by trainings of all seeds in its middle. */
export async function halvedByRuns(
  bracket: Bracket,
  { headline, setup, choice, seeds }: Question,
  around: Surroundings,
): Promise<Bracket> {
  const tried = varied(setup, choice, middleOf(bracket));
  const values: (number | undefined)[] = [];
  for (const seed of seeds) values.push(...(await measure([headline], tried, seed, around)));
  return halved(bracket, meets(headline.measure, values));
}
