import { describe, expect, it } from 'vitest';
import { alignmentsOf } from '../../science/alignments.ts';
import { denoisingObjective, denoisingTask } from '../../science/diffusion.ts';
import { forwardStep } from '../../science/forward-step.ts';
import { gradientDescent } from '../../science/gradient-descent.ts';
import { initialWeights } from '../../science/initial-weights.ts';
import { openPortableBackend } from '../../science/portable-backend.ts';
import { randomStream } from '../../science/random.ts';
import { projectionsOn, spanOf } from '../../science/span.ts';
import { distinctPatches, sampleTwoPatchData, signalNormOf } from '../../science/two-patch-data.ts';

const spanBackend = openPortableBackend('float64');

/** paper.md §3: mean and standard deviation over 12 seeds of an independent NumPy run, with the synthetic defaults of §1. */
const TABLE = [
  // biome-ignore lint/suspicious/noApproximativeNumericConstant: a measurement, which is not log₁₀ e
  { nsnr2: 0.1, ratioMax: [0.553, 0.01], ratioMean: [0.434, 0.004], excessLoss: [-5.74, 0.05] },
  { nsnr2: 0.3, ratioMax: [0.854, 0.059], ratioMean: [0.842, 0.007], excessLoss: [-7.17, 0.04] },
  { nsnr2: 0.75, ratioMax: [0.747, 0.01], ratioMean: [0.788, 0.007], excessLoss: [-8.11, 0.04] },
  { nsnr2: 1.5, ratioMax: [0.891, 0.013], ratioMean: [0.95, 0.008], excessLoss: [-9.11, 0.05] },
  { nsnr2: 3, ratioMax: [1.012, 0.017], ratioMean: [1.092, 0.009], excessLoss: [-9.93, 0.05] },
  { nsnr2: 6.75, ratioMax: [1.129, 0.021], ratioMean: [1.235, 0.011], excessLoss: [-10.61, 0.06] },
] as const;

const REFERENCE_SEEDS = 12;
const SEEDS = [1, 2, 3, 4, 5, 6];

async function trainToStationarity(nsnr2: number, seed: number) {
  const [n, d, sigma, m] = [30, 1000, 1, 20];
  const distribution = { signalNorm: signalNormOf({ nsnr2, n, d, sigma }), sigma, d };
  const samples = sampleTwoPatchData(distribution, n, randomStream(seed, 'synthetic-data/train'));
  const { patches, multiplicities } = distinctPatches(samples);
  const start = initialWeights(m, d, 0.001, randomStream(seed, 'train-diffusion/start'));
  const backend = openPortableBackend('float32');
  const span = spanOf(spanBackend, patches, start);
  const X = backend.upload(span.patches);
  const objective = denoisingObjective(backend, denoisingTask(backend, forwardStep(0.2), multiplicities), X);
  const { records, stoppedBy, excessLoss } = await gradientDescent(
    backend,
    span.start,
    objective,
    {
      step: 0.01,
      maxIterations: 40_000,
      recordsPerDecade: 1,
      stationarity: { gradientRatio: 1e-4, growth: 10 },
    },
    async () => {},
  );
  const weights = backend.upload(records[records.length - 1].weights);
  const projections = projectionsOn(backend, backend.transpose(X), weights);
  const learned = alignmentsOf(backend.download(projections), samples.signals.rows);
  return {
    stoppedBy,
    ratioMax: learned.signalMax / learned.noiseMax,
    ratioMean: learned.signalMean / learned.noiseMean,
    excessLoss,
  };
}

describe('the synthetic diffusion training lands where an independent implementation does', () => {
  it.each(TABLE)('at n·SNR² = $nsnr2', async ({ nsnr2, ...expected }) => {
    const runs = await Promise.all(SEEDS.map((seed) => trainToStationarity(nsnr2, seed)));
    const mean = (value: (run: (typeof runs)[number]) => number) =>
      runs.reduce((sum, run) => sum + value(run), 0) / runs.length;
    const expectNear = (actual: number, [center, deviation]: readonly [number, number]) =>
      expect(Math.abs(actual - center)).toBeLessThan(3 * deviation * Math.sqrt(1 / SEEDS.length + 1 / REFERENCE_SEEDS));
    expect(runs.map(({ stoppedBy }) => stoppedBy)).toEqual(SEEDS.map(() => 'stationary'));
    expectNear(
      mean(({ ratioMax }) => ratioMax),
      expected.ratioMax,
    );
    expectNear(
      mean(({ ratioMean }) => ratioMean),
      expected.ratioMean,
    );
    expectNear(
      mean(({ excessLoss }) => excessLoss),
      expected.excessLoss,
    );
  });
});
