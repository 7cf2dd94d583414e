import { expect, it } from 'vitest';
import { randomStream } from '../../science/random.ts';
import type { TwoPatchSamples } from '../../science/two-patch-data.ts';
import classAlignments from '../../stages/class-alignments.ts';
import { classAlignmentTable } from '../../stages/formats/class-alignments.ts';
import trainDiffusion from '../../stages/train-diffusion.ts';
import trainSoftmaxClassifier from '../../stages/train-softmax-classifier.ts';
import { matrixFrom } from '../science/naive.ts';
import { runKind } from './run-kind.ts';

const CLASSES = 3;
const SHARED = { backend: 'portable', sigma0: 0.01, recordsPerDecade: 4, seed: 1 } as const;
/** Orthogonal signals of equal norm, one a class and stronger than the noise. */
function samplesOf(count: number, name: string): TwoPatchSamples {
  const noise = randomStream(1, name);
  const labels = Int32Array.from({ length: count }, (_, i) => i % CLASSES);
  const signals = matrixFrom(CLASSES, 30, (j, k) => (j === k ? 6 : 0));
  const noises = matrixFrom(count, 30, (_, k) => (k < CLASSES ? 0 : 0.3 * noise.gaussian()));
  return { signals, signalOf: labels, noises, labels };
}

const setting = { dataset: 'synthetic', snr: 1, nsnr2: 9, seed: 1 } as const;
const dataset = { setting, train: samplesOf(9, 'train'), test: samplesOf(12, 'test') };
const inputs = { dataset };

it('learns three classes from their signals, and measures each', async () => {
  const params = { ...SHARED, m: 4, step: 0.1, maxIterations: 300 };
  const trained = await runKind(trainSoftmaxClassifier, params, inputs);
  const losses = trained.curve.map((row) => row.loss);
  expect(losses[0]).toBeCloseTo(1.0986, 2);
  expect(losses.at(-1)).toBeLessThan(0.01);

  const { table } = await runKind(classAlignments, {}, { ...inputs, trained });
  const ends = table.filter(({ iteration }) => iteration === 300);
  expect(ends.map((row) => row.class)).toEqual([0, 1, 2]);
  for (const { signal_max, noise_max, accuracy } of ends) {
    expect(signal_max).toBeGreaterThan(5 * noise_max);
    expect(accuracy).toBe(1);
  }
});

it('has no accuracy of a diffusion model', async () => {
  const stationarity = { gradientRatio: 1e-4, growth: 10 };
  const params = { ...SHARED, m: 4, t: 0.2, step: 0.01, maxIterations: 20, stationarity };
  const trained = await runKind(trainDiffusion, params, inputs);
  const { table } = await runKind(classAlignments, {}, { ...inputs, trained });
  expect(new Set(table.map(({ accuracy }) => accuracy))).toEqual(new Set([undefined]));
  expect(classAlignmentTable.decode(classAlignmentTable.encode(table))).toEqual(table);
});
