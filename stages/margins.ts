import { groups } from 'd3-array';
import * as v from 'valibot';
import { defineKind, many, StageError } from '../engine/kind.ts';
import { middleOf } from '../science/bracket.ts';
import { bracketTable } from './formats/brackets.ts';
import { marginTable } from './formats/margins.ts';
import { trialTable } from './formats/trials.ts';
import { OURS } from './robustness/choices.ts';
import { allHeadlines, sweepSchema } from './robustness/headlines.ts';
import { trialsOf } from './robustness/trials.ts';

/** Sums up how far each choice can move before each headline claim flips. */
export default defineKind({
  name: 'margins',
  module: import.meta.url,
  light: true,
  params: v.strictObject({ sweep: sweepSchema }),
  /** All trials, and the brackets after the last bisection. */
  inputs: { trials: many(trialTable), brackets: many(bracketTable) },
  outputs: { table: marginTable },
  run({ params, inputs }) {
    const rows = inputs.trials.flat();
    const brackets = inputs.brackets.flat();
    const table = allHeadlines(params.sweep).flatMap(({ measure }) => {
      const trials = trialsOf(measure, rows);
      const ours = trials.find(({ choice }) => choice === OURS);
      if (ours === undefined) throw new StageError(`claim '${measure.id}' was not tried where all choices are ours`);
      const others = trials.filter((trial) => trial !== ours);
      return groups(others, ({ choice }) => choice).map(([choice, tried]) => {
        const factors = tried.map(({ factor }) => factor);
        const flipOn = (side: 'less' | 'more') => {
          const found = brackets.find((row) => row.claim === measure.id && row.choice === choice && row.side === side);
          return found === undefined ? undefined : middleOf(found);
        };
        return {
          claim: measure.id,
          choice,
          verdict_of_ours: ours.verdict,
          tried_from: Math.min(1, ...factors),
          tried_to: Math.max(1, ...factors),
          flips_below: flipOn('less'),
          flips_above: flipOn('more'),
          fails: tried.filter(({ holds }) => !holds).length,
        };
      });
    });
    return { table };
  },
});
