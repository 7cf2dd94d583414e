import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { Matrix } from '../../science/matrix.ts';
import { renderGrid } from '../../stages/figure/image-grid.ts';
import { colorOf, GREYS, SIGNED } from '../../stages/figure/palette.ts';
import { SAMPLE_PITCH } from '../../stages/figure/pictures.ts';
import grid from '../../stages/figure-grid.ts';
import { runKind } from '../stages/run-kind.ts';
import { DRAWING } from './drawing.ts';
import { gaussians } from './gaussians.ts';

const params = {
  figure: 'Figure 3',
  setting: 'n = 2',
  stated: 'the rows',
  reconstructed: 'the rest',
  digits: [3, 8],
  t: 0.2,
  samples: 4,
  sampleScale: 1,
};

/** In pixels of the PNG: where the first picture begins, and how wide a column is. */
const LEFT = 4 * 116;
const TOP = 4 * (2 + 27);
const COLUMN_WIDTH = 3 * SAMPLE_PITCH;

function inputsOf({ d = 784, pixel = 0.5 } = {}) {
  const next = gaussians(1);
  const random = (rows: number, columns: number): Matrix => {
    return { rows, columns, values: Float64Array.from({ length: rows * columns }, next) };
  };
  const samplesOf = (count: number) => ({
    signals: { rows: count, columns: d, values: new Float64Array(count * d).fill(pixel) },
    signalOf: Int32Array.from({ length: count }, (_, i) => i),
    noises: random(count, d),
    labels: Int32Array.from({ length: count }, (_, i) => (i < count / 2 ? -1 : 1)),
  });
  const setting = { dataset: 'noisy-mnist', snr: 0.1, nsnr2: 0.02, seed: 1 } as const;
  const weights = () => {
    return { iterations: Int32Array.of(0, 9), basis: random(6, d), coordinates: [random(2, 6), random(2, 6)] };
  };
  const dataset = { setting, train: samplesOf(2), test: samplesOf(4) };
  const byPatch = (['training', 'test'] as const).flatMap((samples) =>
    (['image', 'noise'] as const).map((patch) => ({
      ...{ snr: 0.1, seed: 1, samples, patch, gradient: patch === 'noise' ? 3 : 1 },
      ...{ gain: 1, gain_drawn: 1, gain_low: 0, gain_high: 2 },
    })),
  );
  return { dataset, classifier: weights(), diffusion: weights(), byPatch, drawing: DRAWING };
}

test('the image grid has the same bytes again, and fits its columns', async () => {
  const { png } = await runKind(grid, params, inputsOf());
  expect((await runKind(grid, params, inputsOf())).png).toEqual(png);
  const { width = 0, height = 0 } = await sharp(png).metadata();
  expect([width, height].map((size) => size % 4)).toEqual([0, 0]);
});

test.each([
  ['−1', [4, 8], 1],
  ['+1', [3, 9], 0],
])('the columns of label %s are titled with its digit, and nothing else changes', async (_, digits, first) => {
  const [before, after] = await Promise.all([pixelsOf(params.digits), pixelsOf(digits)]);
  const columns = Array.from(before.data.keys())
    .filter((i) => before.data[i] !== after.data[i])
    .map((i) => Math.floor((((i / before.info.channels) % before.info.width) - LEFT) / COLUMN_WIDTH));
  expect([...new Set(columns)].sort()).toEqual([first, first + 2]);
});

async function pixelsOf(digits: number[]) {
  const { png } = await runKind(grid, { ...params, digits }, inputsOf());
  return sharp(png).raw().toBuffer({ resolveWithObject: true });
}

test('the image grid refuses what is not an image', async () => {
  await expect(runKind(grid, params, inputsOf({ d: 10 }))).rejects.toThrow('no images of 28×28 pixels');
  const broken = inputsOf({ pixel: Number.NaN });
  await expect(runKind(grid, params, broken)).rejects.toThrow('SNR~ = 0.1, seed 1: a pixel is not a number');
  await expect(runKind(grid, { ...params, samples: 6 }, inputsOf())).rejects.toThrow('too few samples');
});

test('palettes are mixed linearly and cut at their ends', () => {
  expect(colorOf(SIGNED, 0, 2)).toEqual([255, 255, 255]);
  expect(colorOf(SIGNED, 1, 2)).toEqual([217, 140, 149]);
  expect(colorOf(GREYS, -5, 2)).toEqual([0, 0, 0]);
});

test('a pixel of a patch is a square of pixels of one colour', async () => {
  const patch = new Float64Array(784).fill(-1, 1).fill(1, 0, 1);
  const rows = [{ titles: [], pictures: { palette: GREYS, bound: 1, samples: [[patch, patch]] as const } }];
  const { png } = await renderGrid(
    { caption: { title: '', text: '' }, blocks: [{ columnTitles: [['training', 'digit 1']], rows }] },
    DRAWING,
  );
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  const redAt = (x: number, y: number) => data[info.channels * ((TOP + y) * info.width + LEFT + x)];
  expect([redAt(0, 0), redAt(2, 2), redAt(3, 0), redAt(0, 3), redAt(83, 83)]).toEqual([255, 255, 0, 0, 0]);
  expect(redAt(84, 0)).toBe(255);
});
