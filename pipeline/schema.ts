import * as v from 'valibot';
import { downloadMnist, noisyMnist, trainDiffusion } from '../stages/kinds.ts';
import { CHOICES, IMAGE_CHOICES } from '../stages/robustness/choices.ts';
import { count, natural, positive } from '../stages/schemas.ts';

const seeds = v.pipe(v.array(natural), v.minLength(1));
const descent = v.strictObject({ step: positive, maxIterations: count });
const factors = v.pipe(v.array(positive), v.minLength(1));
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
  synthetic: v.strictObject({
    nsnr2: v.pipe(v.array(positive), v.minLength(1)),
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
  noisyMnistHigh: v.strictObject({ snr: positive, gridScale: positive }),
  tenDigits: v.strictObject({
    low: v.strictObject({ snr: positive, maxIterations: count }),
    high: v.strictObject({ snr: positive, maxIterations: count }),
    seeds,
    digits: noisyMnist.params.entries.digits,
    perDigit: count,
    testPerDigit: count,
    recordsPerDecade: count,
    diffusion: v.strictObject({ m: count, step: positive }),
    classifier: v.strictObject({ m: count, ...descent.entries }),
  }),
  moreSnr: v.pipe(v.array(positive), v.minLength(1)),
  times: v.pipe(v.array(positive), v.minLength(1)),
  sizes: v.strictObject({
    nsnr2: v.pipe(v.array(positive), v.minLength(1)),
    vary: v.array(v.strictObject({ n: count, d: count })),
    towards: v.array(
      v.strictObject({ n: count, d: count, at: v.array(v.strictObject({ t: positive, step: positive })) }),
    ),
    maxIterations: count,
    recordsPerDecade: count,
    testSamples: count,
  }),
  law: v.strictObject({
    kappas: v.pipe(v.array(positive), v.minLength(1)),
    nsnr2: v.pipe(v.array(positive), v.minLength(1)),
    sigma0: positive,
    step: positive,
    maxIterations: count,
    stationarity: trainDiffusion.params.entries.stationarity,
    others: v.strictObject({ m: v.array(v.pipe(count, v.minValue(2))), kappas: v.array(positive), kappa: positive }),
  }),
  features: v.strictObject({
    holders: v.pipe(v.array(count), v.minLength(1)),
    letters: v.strictTuple([v.pipe(v.string(), v.length(1)), v.pipe(v.string(), v.length(1))]),
    letterHolders: v.pipe(v.array(count), v.minLength(1)),
    imageIterations: count,
  }),
  conditional: v.strictObject({ nsnr2: v.pipe(v.array(positive), v.minLength(1)) }),
  latent: v.strictObject({
    dimensions: v.pipe(v.array(count), v.minLength(1), v.maxLength(8)),
    nsnr2: v.pipe(v.array(positive), v.minLength(1)),
    maxIterations: count,
  }),
  robustness: v.strictObject({
    nsnr2: v.pipe(v.array(positive), v.minLength(2)),
    maxIterations: count,
    seeds,
    imageSeeds: seeds,
    factors: v.strictObject(v.entriesFromList(CHOICES, factors)),
    imageFactors: v.strictObject(v.entriesFromList(IMAGE_CHOICES, factors)),
    digits: v.array(v.pipe(noisyMnist.params.entries.digits, v.length(2))),
    imageIterations: count,
    diffusionFactors: v.strictObject({ t: factors }),
    rounds: count,
    imageRounds: count,
  }),
  variants: v.strictObject({
    low: positive,
    high: positive,
    ends: v.pipe(v.array(positive), v.minLength(1)),
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
  mnist: downloadMnist.params,
});

export type ParamsInput = v.InferInput<typeof schema>;
export type Params = v.InferOutput<typeof schema>;
/** How a model is trained: its first step, and where to stop. */
export type Descent = v.InferOutput<typeof descent>;
