import * as v from 'valibot';
import { downloadMnist, noisyMnist, trainDiffusion } from '../stages/kinds.ts';
import { CHOICES, IMAGE_CHOICES } from '../stages/robustness/choices.ts';
import { count, natural, positive } from '../stages/schemas.ts';

const different = v.check((list: number[]) => new Set(list).size === list.length, 'must be different values');
const seeds = v.pipe(v.array(natural), v.minLength(1), different);
const values = v.pipe(v.array(positive), v.minLength(1), different);
const counts = v.pipe(v.array(count), v.minLength(1), different);
const descent = v.strictObject({ step: positive, maxIterations: count });
const fixedDescent = v.strictObject({ sigma0: positive, step: positive, iterations: count });

/** The params of the pipeline. */
export const schema = v.strictObject({
  profile: v.picklist(['full', 'quick']),
  backend: trainDiffusion.params.entries.backend,
  t: positive,
  sigma0: positive,
  recordsPerDecade: count,
  stationarity: trainDiffusion.params.entries.stationarity,
  tighter: trainDiffusion.params.entries.stationarity,
  otherStart: v.strictObject({ sigma0: positive }),
  synthetic: v.pipe(
    v.strictObject({
      nsnr2: values,
      low: positive,
      high: positive,
      seeds,
      n: count,
      d: count,
      sigma: positive,
      testSamples: count,
      m: count,
      diffusion: descent,
      classifier: descent,
    }),
    v.check(({ low, high }) => low < high, 'low must be below high'),
  ),
  noisyMnist: v.strictObject({
    snr: positive,
    seeds,
    digits: v.pipe(noisyMnist.params.entries.digits, v.length(2)),
    perDigit: count,
    testPerDigit: count,
    gridScale: positive,
    draws: count,
    m: count,
    diffusion: descent,
    classifier: descent,
  }),
  noisyMnistHigh: v.strictObject({ snr: positive, gridScale: positive, diffusion: descent }),
  tenDigits: v.strictObject({
    low: v.strictObject({ snr: positive, ...descent.entries }),
    high: v.strictObject({ snr: positive, ...descent.entries }),
    seeds,
    digits: noisyMnist.params.entries.digits,
    perDigit: count,
    testPerDigit: count,
    recordsPerDecade: count,
    diffusion: v.strictObject({ m: count }),
    classifier: v.strictObject({ m: count, ...descent.entries }),
  }),
  moreSnr: values,
  times: values,
  sizes: v.strictObject({
    nsnr2: values,
    vary: v.array(v.strictObject({ n: count, d: count })),
    towards: v.array(
      v.strictObject({ n: count, d: count, at: v.array(v.strictObject({ t: positive, step: positive })) }),
    ),
    maxIterations: count,
    recordsPerDecade: count,
    testSamples: count,
  }),
  law: v.strictObject({
    kappas: values,
    nsnr2: values,
    sigma0: positive,
    step: positive,
    maxIterations: count,
    stationarity: trainDiffusion.params.entries.stationarity,
    others: v.strictObject({ m: v.array(v.pipe(count, v.minValue(2))), kappas: v.array(positive), kappa: positive }),
  }),
  features: v.strictObject({
    holders: counts,
    letters: v.strictTuple([v.pipe(v.string(), v.length(1)), v.pipe(v.string(), v.length(1))]),
    letterHolders: counts,
    imageIterations: count,
  }),
  conditional: v.strictObject({ nsnr2: values, ...descent.entries }),
  latent: v.strictObject({
    dimensions: v.pipe(counts, v.maxLength(8)),
    nsnr2: values,
    step: positive,
    maxIterations: count,
  }),
  robustness: v.strictObject({
    nsnr2: v.pipe(values, v.minLength(2)),
    maxIterations: count,
    seeds,
    imageSeeds: seeds,
    factors: v.strictObject(v.entriesFromList(CHOICES, values)),
    imageFactors: v.strictObject(v.entriesFromList(IMAGE_CHOICES, values)),
    digits: v.array(v.pipe(noisyMnist.params.entries.digits, v.length(2))),
    imageIterations: count,
    diffusionFactors: v.strictObject({ t: values }),
    rounds: count,
    imageRounds: count,
  }),
  variants: v.pipe(
    v.strictObject({
      low: positive,
      high: positive,
      ends: values,
      seeds,
      n: count,
      d: count,
      sigma: positive,
      m: count,
      batch: count,
      schedule: v.pipe(v.array(positive), v.minLength(1)),
      decoderVariance: positive,
      noisePredictor: fixedDescent,
      cubic: fixedDescent,
      untied: fixedDescent,
      deep: fixedDescent,
      autoencoder: fixedDescent,
      classifier: fixedDescent,
      wide: v.strictObject({ m: count, noisePredictor: fixedDescent, autoencoder: fixedDescent }),
    }),
    v.check(({ low, high }) => low < high, 'low must be below high'),
  ),
  mnist: downloadMnist.params,
});

export type ParamsInput = v.InferInput<typeof schema>;
export type Params = v.InferOutput<typeof schema>;
/** How a model is trained: its first step, and where to stop. */
export type Descent = v.InferOutput<typeof descent>;
