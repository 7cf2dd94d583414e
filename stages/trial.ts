import * as v from 'valibot';
import { defineKind } from '../engine/kind.ts';
import { trialTable } from './formats/trials.ts';
import { CHOICES } from './robustness/choices.ts';
import { headlinesOf, sweepSchema } from './robustness/headlines.ts';
import { measure, mnistInput } from './robustness/measure.ts';
import { setupSchema, varied } from './robustness/setup.ts';
import { natural, positive } from './schemas.ts';
import { nativeOf } from './stage-backend.ts';

/** Measures the headline claims on an experiment of one seed with one choice another than ours. */
export default defineKind({
  name: 'trial',
  module: import.meta.url,
  params: v.strictObject({
    setup: setupSchema,
    sweep: sweepSchema,
    /** The choice, and by what factor it is another; or what else is, in words, which the setup has. */
    choice: v.union([v.strictObject({ name: v.picklist(CHOICES), factor: positive }), v.string()]),
    /** The headline claims, by their ids. */
    claims: v.pipe(v.array(v.string()), v.minLength(1)),
    seed: natural,
  }),
  inputs: { mnist: mnistInput },
  outputs: { table: trialTable },
  native: ({ setup }) => nativeOf(setup.training),
  async run({ params, inputs, progress, log }) {
    const { setup, sweep, choice, claims, seed } = params;
    const headlines = headlinesOf(setup.data.dataset, sweep).filter(({ measure }) => claims.includes(measure.id));
    const tried = typeof choice === 'string' ? setup : varied(setup, choice.name, choice.factor);
    const values = await measure(headlines, tried, seed, { progress, log, mnist: inputs.mnist[0] });
    const { name, factor } = typeof choice === 'string' ? { name: choice, factor: 1 } : choice;
    return {
      table: headlines.map(({ measure }, i) => ({ claim: measure.id, choice: name, factor, seed, value: values[i] })),
    };
  },
});
