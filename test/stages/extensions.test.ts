import { expect, test } from 'vitest';
import { StageError } from '../../engine/kind.ts';
import { glyphOf } from '../../stages/figure/glyph.ts';
import { conditionalTable } from '../../stages/formats/conditional.ts';
import { featureTable } from '../../stages/formats/features.ts';
import { latentTable } from '../../stages/formats/latent.ts';
import trainConditional from '../../stages/train-conditional.ts';
import trainFeatures from '../../stages/train-features.ts';
import trainLatent from '../../stages/train-latent.ts';
import { DRAWING } from '../figures/drawing.ts';
import { runKind } from './run-kind.ts';

const STATIONARITY = { gradientRatio: 1e-4, growth: 10 };
const DESCENT = { backend: 'portable', m: 6, sigma0: 0.001, recordsPerDecade: 12, seed: 1 } as const;
const DATA = { n: 10, d: 200, sigma: 1, nsnr2: 6 };
const DIFFUSION = { ...DESCENT, step: 0.02, maxIterations: 6000, stationarity: STATIONARITY, t: 0.2 };

test('the classifier takes the easy feature, the diffusion model the rare one, too', async () => {
  const features = { ...DATA, holders: 1 };
  const diffusion = await runKind(trainFeatures, { ...DIFFUSION, ...features, model: 'diffusion' }, {});
  const descent = { step: 0.1, maxIterations: 1500, stationarity: null, t: 0.2 };
  const classifier = await runKind(trainFeatures, { ...DESCENT, ...descent, ...features, model: 'classifier' }, {});
  expect(diffusion.table[0]).toMatchObject({ model: 'diffusion', share: 0.2, nsnr2: 6, seed: 1 });
  expect(diffusion.table[0].rare).toBeGreaterThan(0.3);
  expect(classifier.table[0].rare).toBeLessThan(0.1);
  expect(featureTable.decode(featureTable.encode(classifier.table))).toEqual(classifier.table);
  const many = runKind(trainFeatures, { ...DIFFUSION, ...features, holders: 6, model: 'diffusion' }, {});
  await expect(many).rejects.toThrow(StageError);
  await expect(many).rejects.toThrow('6 samples of each label');
});

test('neurons of a class of their own tell the classes apart, others do not', async () => {
  const rowOf = async (condition: 'none' | 'bias' | 'own neurons') => {
    const { table } = await runKind(trainConditional, { ...DIFFUSION, ...DATA, condition }, {});
    expect(conditionalTable.decode(conditionalTable.encode(table))).toEqual(table);
    return table[0];
  };
  const [none, bias, own] = [await rowOf('none'), await rowOf('bias'), await rowOf('own neurons')];
  expect([none.class_gap < 0.05, bias.class_gap < 0.1, own.class_gap > 0.5]).toEqual([true, true, true]);
  expect(none.ratio / (none.ratio_mean_field ?? 0)).toBeCloseTo(1, 0);
  expect(own.ratio / (own.ratio_mean_field ?? 0)).toBeCloseTo(1, 0);
  expect([none.stopped_by, bias.stopped_by, own.stopped_by]).toEqual(['stationary', 'iteration-limit', 'stationary']);
  expect(bias.ratio_mean_field).toBeUndefined();
  expect(bias.ratio_early / none.ratio_early).toBeCloseTo(1, 1);
});

test('a training with a condition that ends within its early phase is refused by its setting', async () => {
  const training = runKind(trainConditional, { ...DIFFUSION, ...DATA, condition: 'bias', maxIterations: 2 }, {});
  await expect(training).rejects.toThrow(StageError);
  await expect(training).rejects.toThrow(/'bias' at n·SNR² = 6, seed 1: noise learning never became 3 times its start/);
});

test('an encoder to few dimensions keeps either signals or noise', async () => {
  const shareAt = async (nsnr2: number, k: number) => {
    const { table } = await runKind(trainLatent, { ...DIFFUSION, ...DATA, nsnr2, k }, {});
    expect(latentTable.decode(latentTable.encode(table))).toEqual(table);
    return table[0].signal_share;
  };
  expect(await shareAt(0.3, 2)).toBeLessThan(0.01);
  expect(await shareAt(20, 2)).toBeGreaterThan(0.99);
  expect(await shareAt(0.3, 12)).toBeGreaterThan(0.05);
});

test('a glyph is a letter in white, inside of its patch, and another for another letter', async () => {
  const [a, b] = [await glyphOf('A', DRAWING), await glyphOf('B', DRAWING)];
  expect(a).toHaveLength(784);
  expect(Math.max(...a)).toBe(1);
  const edge = [...a].filter((_, k) => k < 28 || k >= 27 * 28 || k % 28 === 0 || k % 28 === 27);
  expect(Math.max(...edge)).toBe(0);
  expect(b).not.toEqual(a);
});
