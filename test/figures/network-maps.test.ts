import { expect, test } from 'vitest';
import { meanDenoised, meanPrediction } from '../../science/denoising.ts';
import { forwardStep } from '../../science/forward-step.ts';
import { inputGradient } from '../../science/input-gradient.ts';
import type { Matrix } from '../../science/matrix.ts';
import { dot } from '../../science/vector.ts';
import { weightsInSpace } from '../../science/weights.ts';
import { gaussians } from './gaussians.ts';

const M = 3;
const D = 4;
const next = gaussians(7);
const weights: Matrix = { rows: M, columns: D, values: Float64Array.from({ length: M * D }, next) };
const patch = Float64Array.from({ length: D }, next);

function neurons(): Float64Array[] {
  return Array.from({ length: M }, (_, r) => weights.values.subarray(r * D, (r + 1) * D));
}

function square(value: number): number {
  return value * value;
}

test('weights in space are the coordinates times the basis', () => {
  const basis = { rows: 3, columns: 2, values: Float64Array.of(1, 0, 0, 1, 2, 3) };
  const coordinates = { rows: 1, columns: 3, values: Float64Array.of(5, 7, 10) };
  expect([...weightsInSpace(coordinates, basis).values]).toEqual([25, 37]);
  expect(() => weightsInSpace({ ...coordinates, columns: 2 }, basis)).toThrow(
    '2 coordinates do not fit a basis of 3 vectors',
  );
});

test('the input gradient agrees with central differences', () => {
  const output = (x: Float64Array) => neurons().reduce((sum, weight) => sum + square(dot(weight, x)) / M, 0);
  const gradient = inputGradient(weights, patch);
  const h = 1e-5;
  patch.forEach((value, i) => {
    const difference = output(patch.with(i, value + h)) - output(patch.with(i, value - h));
    expect(gradient[i]).toBeCloseTo(difference / (2 * h), 7);
  });
});

test('mean prediction and mean denoised patch agree with a Monte Carlo mean over ε', () => {
  const forward = forwardStep(0.2);
  expect(square(forward.alpha) + square(forward.beta)).toBeCloseTo(1, 15);
  const draws = 200_000;
  const predictions = new Float64Array(D);
  const denoised = new Float64Array(D);
  for (let draw = 0; draw < draws; draw++) {
    const noisy = patch.map((value) => forward.alpha * value + forward.beta * next());
    const predicted = new Float64Array(D);
    for (const weight of neurons()) {
      const activation = square(dot(weight, noisy)) / Math.sqrt(M);
      weight.forEach((value, i) => {
        predicted[i] += activation * value;
      });
    }
    predicted.forEach((value, i) => {
      predictions[i] += value / draws;
      denoised[i] += (noisy[i] - forward.beta * value) / forward.alpha / draws;
    });
  }
  meanPrediction(weights, patch, forward).forEach((value, i) => {
    expect(Math.abs(value - predictions[i])).toBeLessThan(0.03);
  });
  meanDenoised(weights, patch, forward).forEach((value, i) => {
    expect(Math.abs(value - denoised[i])).toBeLessThan(0.03);
  });
});
