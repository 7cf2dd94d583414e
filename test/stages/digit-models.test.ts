import { expect, it } from 'vitest';
import { row } from '../../science/matrix.ts';
import digitModels from '../../stages/digit-models.ts';
import { digitModelsFile } from '../../stages/formats/digit-models.ts';
import { lastWeights } from '../../stages/last-weights.ts';
import syntheticData from '../../stages/synthetic-data.ts';
import trainClassifier from '../../stages/train-classifier.ts';
import trainDiffusion from '../../stages/train-diffusion.ts';
import { runKind } from './run-kind.ts';

const SHARED = { backend: 'portable', m: 4, sigma0: 0.001, recordsPerDecade: 2, seed: 1, maxIterations: 20 } as const;

it('gathers the weights at the end, the test images in their order, and the digit that each shows', async () => {
  const data = { nsnr2: 3, n: 8, d: 60, sigma: 1, seed: 1, testSamples: 6 };
  const { dataset } = await runKind(syntheticData, data, {});
  const stationarity = { gradientRatio: 1e-4, growth: 10 };
  const diffusion = await runKind(trainDiffusion, { ...SHARED, t: 0.2, step: 0.02, stationarity }, { dataset });
  const classifier = await runKind(trainClassifier, { ...SHARED, step: 0.1 }, { dataset });
  const trained = { classifier: classifier.checkpoints, diffusion: diffusion.checkpoints };
  const params = { digits: [3, 7], t: 0.2, images: 5, scale: 1 };
  const { models } = await runKind(digitModels, params, { dataset, ...trained });

  expect(models.setting).toEqual({ snr: dataset.setting.snr, t: 0.2, scale: 1, white: expect.any(Number) });
  expect([...models.plus.values, ...models.minus.values]).toEqual([...lastWeights(trained.classifier).values]);
  expect(models.diffusion).toEqual(lastWeights(trained.diffusion));
  const { signals, signalOf, labels } = dataset.test;
  for (let i = 0; i < 5; i++) {
    expect(row(models.images, i)).toEqual(row(signals, signalOf[i]));
    expect(models.shown[i]).toBe(labels[i] === 1 ? 7 : 3);
  }
  const read = digitModelsFile.decode(digitModelsFile.encode(models));
  expect(read.diffusion.values).toEqual(Float64Array.from(models.diffusion.values, Math.fround));
  expect([read.setting, read.digits, read.shown]).toEqual([models.setting, models.digits, models.shown]);

  await expect(runKind(digitModels, { ...params, images: 7 }, { dataset, ...trained })).rejects.toThrow(
    'the data set has 6 test images, fewer than 7',
  );
});

it('finds the white of more pixels than a call has room for', async () => {
  const { dataset } = await runKind(syntheticData, { nsnr2: 3, n: 4, d: 60, sigma: 1, seed: 1, testSamples: 4 }, {});
  const signals = { rows: 4000, columns: 60, values: new Float64Array(240_000) };
  signals.values[150_000] = 0.5;
  const many = { ...dataset, train: { ...dataset.train, signals } };
  const checkpoints = {
    iterations: Int32Array.of(0),
    basis: { rows: 1, columns: 60, values: new Float64Array(60) },
    coordinates: [{ rows: 2, columns: 1, values: new Float64Array(2) }],
  };
  const params = { digits: [3, 7], t: 0.2, images: 2, scale: 1 };
  const inputs = { dataset: many, classifier: checkpoints, diffusion: checkpoints };
  expect((await runKind(digitModels, params, inputs)).models.setting.white).toBe(0.5);
});
