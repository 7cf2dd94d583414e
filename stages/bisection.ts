import * as v from 'valibot';
import { defineKind } from '../engine/kind.ts';
import { type BracketRow, bracketTable } from './formats/brackets.ts';
import { CHOICES } from './robustness/choices.ts';
import { halvedByRuns } from './robustness/halved-by-runs.ts';
import { headlinesOf, sweepSchema } from './robustness/headlines.ts';
import { mnistInput } from './robustness/measure.ts';
import { setupSchema } from './robustness/setup.ts';
import { natural } from './schemas.ts';
import { nativeOf } from './stage-backend.ts';

/**
 * Halves the bracket in which a headline claim flips, by trainings in its middle. A claim that does not flip has no
 * bracket, and there is nothing to do.
 */
export default defineKind({
  name: 'bisection',
  module: import.meta.url,
  params: v.strictObject({
    setup: setupSchema,
    sweep: sweepSchema,
    claim: v.string(),
    choice: v.picklist(CHOICES),
    side: v.picklist(['less', 'more']),
    seeds: v.pipe(v.array(natural), v.minLength(1)),
  }),
  inputs: { brackets: bracketTable, mnist: mnistInput },
  outputs: { table: bracketTable },
  native: ({ setup }) => nativeOf(setup.training),
  async run({ params, inputs, progress, log }) {
    const { setup, sweep, choice, seeds } = params;
    const around = { progress, log, mnist: inputs.mnist[0] };
    const headlines = headlinesOf(setup.data.dataset, sweep).filter(({ measure }) => measure.id === params.claim);
    const table: BracketRow[] = [];
    for (const bracket of inputs.brackets) {
      if (bracket.claim !== params.claim || bracket.side !== params.side) continue;
      for (const headline of headlines) {
        table.push({ ...bracket, ...(await halvedByRuns(bracket, { headline, setup, choice, seeds }, around)) });
      }
    }
    return { table };
  },
});
