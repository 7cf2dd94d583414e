import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { Matrix } from '../../science/matrix.ts';
import { colorOf, GREYS, SIGNED } from '../../stages/figure/palette.ts';
import { picturesOf } from '../../stages/figure/pictures.ts';
import grid from '../../stages/figure-grid.ts';
import { writeCheckpoints } from '../../stages/formats/checkpoints.ts';
import { writeDataset } from '../../stages/formats/dataset.ts';
import { gaussians } from './gaussians.ts';

const params = {
  figure: 'Figure 3',
  setting: 'n = 2',
  stated: 'the rows',
  reconstructed: 'the rest',
  t: 0.2,
  samples: 4,
  sampleScale: 1,
};

async function contextOf({ d = 784, pixel = 0.5 } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'grid-'));
  const path = (name: string) => join(folder, name);
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
  await writeDataset(path('dataset'), { setting, train: samplesOf(2), test: samplesOf(4) });
  for (const name of ['classifier', 'diffusion']) {
    const coordinates = [random(2, 6), random(2, 6)];
    await writeCheckpoints(path(name), { iterations: Int32Array.of(0, 9), basis: random(6, d), coordinates });
  }
  return {
    inputs: { dataset: path('dataset'), classifier: path('classifier'), diffusion: path('diffusion') },
    outputs: { png: path('png.png') },
    options: {},
    progress: async () => {},
    log: () => {},
  };
}

test('the image grid has the same bytes again, and fits its columns', async () => {
  const [first, again] = [await contextOf(), await contextOf()];
  await grid.run({ ...first, params });
  await grid.run({ ...again, params });
  const png = await readFile(first.outputs.png);
  expect(await readFile(again.outputs.png)).toEqual(png);
  const { width = 0, height = 0 } = await sharp(png).metadata();
  expect([width, height].map((size) => size % 2)).toEqual([0, 0]);
});

test('the image grid refuses what is not an image', async () => {
  await expect(grid.run({ ...(await contextOf({ d: 10 })), params })).rejects.toThrow('no images of 28×28 pixels');
  const broken = await contextOf({ pixel: Number.NaN });
  await expect(grid.run({ ...broken, params })).rejects.toThrow('SNR~ = 0.1, seed 1: a pixel is not a number');
  const few = await contextOf();
  await expect(grid.run({ ...few, params: { ...params, samples: 6 } })).rejects.toThrow('too few test samples');
});

test('palettes are mixed linearly and cut at their ends', () => {
  expect(colorOf(SIGNED, 0, 2)).toEqual([255, 255, 255]);
  expect(colorOf(SIGNED, 1, 2)).toEqual([217, 140, 149]);
  expect(colorOf(GREYS, -5, 2)).toEqual([0, 0, 0]);
});

test('a pixel of a patch is a square of pixels of one colour', async () => {
  const patch = new Float64Array(784).fill(-1, 1).fill(1, 0, 1);
  const { png } = await picturesOf([{ palette: GREYS, bound: 1, samples: [[patch, patch]] }]);
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  const redAt = (x: number, y: number) => data[info.channels * (y * info.width + x)];
  expect([redAt(0, 0), redAt(2, 2), redAt(3, 0), redAt(0, 3), redAt(83, 83)]).toEqual([255, 255, 0, 0, 0]);
  expect(redAt(84, 0)).toBe(255);
});
