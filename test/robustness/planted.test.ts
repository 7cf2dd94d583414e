import { expect, it } from 'vitest';
import { forwardStep } from '../../science/forward-step.ts';
import { kappaOf, meanField } from '../../science/mean-field.ts';
import type { Measure } from '../../stages/claims/claim.ts';
import { atMost } from '../../stages/claims/criterion.ts';
import { finalMeanRatio } from '../../stages/claims/measures.ts';
import { halvedByRuns } from '../../stages/robustness/halved-by-runs.ts';
import type { Setup } from '../../stages/robustness/setup.ts';

const NSNR2 = 6;
const SIZE = { n: 10, d: 3000, sigma: 1 };
const M = 6;

const setup: Setup = {
  data: { dataset: 'synthetic', ...SIZE, testSamples: 2, labels: 'in turn' },
  training: {
    backend: 'portable',
    m: M,
    // Large enough that all neurons end alike, where the mean field is exact but for the overlap of the noise.
    sigma0: 0.05,
    t: 0.2,
    stationarity: { gradientRatio: 1e-5, growth: 1 },
    diffusion: { step: 0.002, maxIterations: 20_000 },
    classifier: { step: 0.1, maxIterations: 1 },
  },
};

function meanFieldRatio(t: number): number {
  return meanField({ nsnr2: NSNR2, kappa: kappaOf({ ...SIZE, forward: forwardStep(t) }), m: M }).ratio;
}

/** That the stationary ratio is at most what the mean field says at a time: mathematics says that it flips there. */
function planted(t: number): Measure {
  return {
    id: 'planted',
    criterion: atMost(meanFieldRatio(t)),
    group: 'synthetic',
    ofSeed: (runs) => finalMeanRatio(runs.rows('diffusion', { nsnr2: NSNR2 })),
  };
}

it.each([0.35, 0.6])('a claim that flips at t = %d by the mean field is found to flip there', async (t) => {
  const headline = { measure: planted(t), trainings: [{ model: 'diffusion', nsnr2: NSNR2 } as const] };
  const around = { progress: async () => {}, log: () => {}, mnist: undefined };
  let bracket = { holds: 1, fails: 5 };
  for (let round = 0; round < 6; round++) {
    bracket = await halvedByRuns(bracket, { headline, setup, choice: 't', seeds: [1, 2] }, around);
  }
  const found = Math.sqrt(bracket.holds * bracket.fails) * setup.training.t;
  // The last bracket is 3 % wide; the rest is the overlap of the noise, which the mean field leaves out.
  expect(Math.abs(found / t - 1)).toBeLessThan(0.08);
});
