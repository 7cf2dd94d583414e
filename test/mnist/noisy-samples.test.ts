import { describe, expect, test } from 'vitest';
import { classedImages, drawnOfDigit, meanNorm, noisySamples } from '../../science/noisy-mnist.ts';
import { randomStream } from '../../science/random.ts';

describe('images of a digit are drawn', () => {
  const digits = Uint8Array.of(3, 7, 3, 3, 7);
  const drawn = (digit: number, count: number, seed = 1) =>
    drawnOfDigit(digits, digit, count, randomStream(seed, 'test'));

  test('from all that show it, none twice, or as many as there are', () => {
    expect(drawn(3, 9).toSorted()).toEqual([0, 2, 3]);
    expect(drawn(7, 2).toSorted()).toEqual([1, 4]);
    expect(drawn(5, 1)).toEqual([]);
  });

  test('a smaller number as the head of a larger one', () => {
    expect(drawn(3, 2)).toEqual(drawn(3, 3).slice(0, 2));
  });

  test('each as often as the others', () => {
    const counts = new Map<number, number>();
    for (let seed = 0; seed < 3000; seed++) {
      const [first] = drawn(3, 1, seed);
      counts.set(first, (counts.get(first) ?? 0) + 1);
    }
    // Four standard errors of 1000.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(104);
  });
});

test('images of two classes in turn, from black 0 to white 1', () => {
  const pixels = Uint8Array.of(0, 255, 51, 102, 153, 204, 255, 255);
  const { images, labels } = classedImages(pixels, 2, [
    [2, 0],
    [1, 3],
  ]);
  expect(images).toEqual({ rows: 4, columns: 2, values: Float64Array.of(0.6, 0.8, 0.2, 0.4, 0, 1, 1, 1) });
  expect([...labels]).toEqual([-1, 1, -1, 1]);
  expect([...classedImages(pixels, 2, [[2], [1], [3]]).labels]).toEqual([0, 1, 2]);
});

test('the mean norm of rows', () => {
  expect(meanNorm({ rows: 2, columns: 2, values: Float64Array.of(3, 4, 0, 1) })).toBe(3);
});

test('samples are the scaled images and the numbers of the stream, in float32', () => {
  const images = { rows: 2, columns: 2, values: Float64Array.of(0.6, 0.8, 0.2, 0.4) };
  const samples = noisySamples({ images, labels: Int32Array.of(-1, 1) }, 0.7, randomStream(1, 'test'));
  const stream = randomStream(1, 'test');
  expect(samples).toEqual({
    signals: { rows: 2, columns: 2, values: images.values.map((grey) => Math.fround(0.7 * grey)) },
    noises: { rows: 2, columns: 2, values: Float64Array.from({ length: 4 }, () => Math.fround(stream.gaussian())) },
    signalOf: Int32Array.of(0, 1),
    labels: Int32Array.of(-1, 1),
  });
});
