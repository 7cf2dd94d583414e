import { ascending, descending } from 'd3-array';
import * as v from 'valibot';
import { defineKind, many } from '../engine/kind.ts';
import { firstBracket } from '../science/bracket.ts';
import { bracketTable } from './formats/brackets.ts';
import { trialTable } from './formats/trials.ts';
import { CHOICES, datasetName } from './robustness/choices.ts';
import { headlinesOf, sweepSchema } from './robustness/headlines.ts';
import { trialsOf } from './robustness/trials.ts';

const SIDES = ['less', 'more'] as const;

/** Finds between which of the factors that were tried of a choice the headline claims flip, on either side of ours. */
export default defineKind({
  name: 'brackets',
  module: import.meta.url,
  light: true,
  params: v.strictObject({ dataset: datasetName, sweep: sweepSchema, choice: v.picklist(CHOICES) }),
  /** Of the choice, and of ours. */
  inputs: { trials: many(trialTable) },
  outputs: { table: bracketTable },
  run({ params: { dataset, sweep, choice }, inputs }) {
    const rows = inputs.trials.flat();
    const table = headlinesOf(dataset, sweep).flatMap(({ measure }) => {
      const tried = trialsOf(measure, rows);
      return SIDES.flatMap((side) => {
        const outward = tried
          .filter(({ factor }) => (side === 'less' ? factor <= 1 : factor >= 1))
          .toSorted((a, b) => (side === 'less' ? descending : ascending)(a.factor, b.factor))
          .map(({ factor, holds }) => ({ at: factor, holds }));
        const bracket = firstBracket(outward);
        return bracket === undefined ? [] : [{ claim: measure.id, choice, side, ...bracket }];
      });
    });
    return { table };
  },
});
