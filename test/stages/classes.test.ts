import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { randomStream } from '../../science/random.ts';
import type { TwoPatchSamples } from '../../science/two-patch-data.ts';
import classAlignments from '../../stages/class-alignments.ts';
import compileKernel from '../../stages/compile-kernel.ts';
import { classAlignmentRow } from '../../stages/formats/class-alignments.ts';
import { curveRow } from '../../stages/formats/curve.ts';
import { writeDataset } from '../../stages/formats/dataset.ts';
import { readTable } from '../../stages/formats/table.ts';
import trainDiffusion from '../../stages/train-diffusion.ts';
import trainSoftmaxClassifier from '../../stages/train-softmax-classifier.ts';
import { matrixFrom } from '../science/naive.ts';
import { runKind } from './run-kind.ts';

const folder = await mkdtemp(join(tmpdir(), 'classes-test-'));
const path = (name: string) => join(folder, name);
afterAll(() => rm(folder, { recursive: true }));

const CLASSES = 3;
const SHARED = { engine: 'portable', sigma0: 0.01, recordsPerDecade: 4, seed: 1 } as const;
const inputs = { dataset: path('dataset.safetensors'), kernel: path('float32.wasm'), spanKernel: path('float64.wasm') };
const measuring = { dataset: inputs.dataset, kernel: inputs.spanKernel };
const outputsOf = (name: string) => ({
  checkpoints: path(`${name}.safetensors`),
  curve: path(`${name}.csv`),
  record: path(`${name}.json`),
});

/** Orthogonal signals of equal norm, one a class and stronger than the noise. */
function samplesOf(count: number, name: string): TwoPatchSamples {
  const noise = randomStream(1, name);
  const labels = Int32Array.from({ length: count }, (_, i) => i % CLASSES);
  const signals = matrixFrom(CLASSES, 30, (j, k) => (j === k ? 6 : 0));
  const noises = matrixFrom(count, 30, (_, k) => (k < CLASSES ? 0 : 0.3 * noise.gaussian()));
  return { signals, signalOf: labels, noises, labels };
}

beforeAll(async () => {
  await runKind(compileKernel, { precision: 'float32' }, {}, { kernel: inputs.kernel });
  await runKind(compileKernel, { precision: 'float64' }, {}, { kernel: measuring.kernel });
  const setting = { dataset: 'synthetic', snr: 1, nsnr2: 9, seed: 1 } as const;
  await writeDataset(inputs.dataset, { setting, train: samplesOf(9, 'train'), test: samplesOf(12, 'test') });
});

it('learns three classes from their signals, and measures each', async () => {
  const outputs = outputsOf('classifier');
  await runKind(trainSoftmaxClassifier, { ...SHARED, m: 4, step: 0.1, maxIterations: 300 }, inputs, outputs);
  const losses = (await readTable([outputs.curve], curveRow)).map((row) => row.loss);
  expect(losses[0]).toBeCloseTo(1.0986, 2);
  expect(losses.at(-1)).toBeLessThan(0.01);

  const table = path('classifier.classes.csv');
  const { checkpoints, record } = outputs;
  await runKind(classAlignments, {}, { ...measuring, checkpoints, record }, { table });
  const ends = (await readTable([table], classAlignmentRow)).filter(({ iteration }) => iteration === 300);
  expect(ends.map((row) => row.class)).toEqual([0, 1, 2]);
  for (const { signal_max, noise_max, accuracy } of ends) {
    expect(signal_max).toBeGreaterThan(5 * noise_max);
    expect(accuracy).toBe(1);
  }
});

it('has no accuracy of a diffusion model', async () => {
  const outputs = outputsOf('diffusion');
  const stationarity = { gradientRatio: 1e-4, growth: 10 };
  const params = { ...SHARED, m: 4, t: 0.2, step: 0.01, maxIterations: 20, stationarity };
  await runKind(trainDiffusion, params, inputs, outputs);
  const table = path('diffusion.classes.csv');
  const { checkpoints, record } = outputs;
  await runKind(classAlignments, {}, { ...measuring, checkpoints, record }, { table });
  const rows = await readTable([table], classAlignmentRow);
  expect(new Set(rows.map(({ accuracy }) => accuracy))).toEqual(new Set([undefined]));
});
