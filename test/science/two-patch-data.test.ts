import { describe, expect, it } from 'vitest';
import { type Matrix, row } from '../../science/matrix.ts';
import { randomStream } from '../../science/random.ts';
import { distinctPatches, drawnLabels, sampleTwoPatchData, signalNormOf } from '../../science/two-patch-data.ts';
import { dot } from '../../science/vector.ts';

const sample = (signalNorm: number, seed = 0) =>
  sampleTwoPatchData({ signalNorm, sigma: 1.5, d: 400 }, 50, randomStream(seed, 'test'));

const rowsOf = (matrix: Matrix) => Array.from({ length: matrix.rows }, (_, i) => row(matrix, i));

describe('two-patch data', () => {
  it('gives the signals the norm that n·SNR² asks for', () => {
    expect(signalNormOf({ nsnr2: 0.75, n: 30, d: 1000, sigma: 1 })).toBeCloseTo(5, 12);
    expect(signalNormOf({ nsnr2: 6.75, n: 30, d: 1000, sigma: 1 })).toBeCloseTo(15, 12);
  });

  it('has orthogonal signals of that norm, and noise orthogonal to both', () => {
    const { signals, noises } = sample(5);
    const [first, second] = rowsOf(signals);
    expect([dot(first, first), dot(second, second), dot(first, second)]).toEqual([25, 25, 0]);
    for (const noise of rowsOf(noises)) expect([dot(first, noise), dot(second, noise)]).toEqual([0, 0]);
  });

  it('has noise of variance σ² in the other dimensions', () => {
    const { noises } = sample(5);
    const squares = rowsOf(noises).reduce((sum, noise) => sum + dot(noise, noise), 0);
    const count = 50 * 398;
    expect(Math.abs(squares / count / 2.25 - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
  });

  it('has the labels +1 and -1 in turn, each with its own signal', () => {
    const { labels, signalOf } = sample(5);
    expect(labels).toEqual(Int32Array.from({ length: 50 }, (_, i) => [1, -1][i % 2]));
    expect(Array.from(signalOf)).toEqual(Array.from(labels, (label) => (label === 1 ? 0 : 1)));
  });

  it('has labels +1 and -1 as often, if they are drawn', () => {
    const labels = drawnLabels(10_000, randomStream(1, 'test'));
    expect(new Set(labels)).toEqual(new Set([1, -1]));
    expect(Math.abs(labels.reduce((sum, label) => sum + label, 0))).toBeLessThan(400);
    expect(labels).not.toEqual(drawnLabels(10_000, randomStream(2, 'test')));
  });

  it('has the same noise at every signal norm of a seed, and other noise for another seed', () => {
    expect(sample(5).noises).toEqual(sample(15).noises);
    expect(sample(5, 1).noises).not.toEqual(sample(5, 2).noises);
  });

  it('holds float32 numbers, as its file does', () => {
    const { signals, noises } = sample(5.1);
    for (const { values } of [signals, noises]) expect(values).toEqual(Float64Array.from(Float32Array.from(values)));
  });

  it('counts how often each patch occurs', () => {
    const { patches, multiplicities } = distinctPatches(sample(5));
    expect(patches.rows).toBe(52);
    expect(Array.from(multiplicities)).toEqual([25, 25, ...new Array(50).fill(1)]);
  });
});
