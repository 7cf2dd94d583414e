import { describe, expect, it } from 'vitest';
import { curvatureEnds, withDimension } from '../../science/curvature.ts';
import { denoisingObjective, denoisingTask } from '../../science/diffusion.ts';
import { forwardStep } from '../../science/forward-step.ts';
import { gradientDescent } from '../../science/gradient-descent.ts';
import { spectrumEnds } from '../../science/lanczos.ts';
import { type Matrix, row } from '../../science/matrix.ts';
import { openPortableBackend } from '../../science/portable-backend.ts';
import { randomStream } from '../../science/random.ts';
import { spanOf } from '../../science/span.ts';
import { matrixFrom, naiveProduct } from './naive.ts';
import { type NaiveTask, naiveExpectedLoss } from './naive-loss.ts';

const backend = openPortableBackend('float64');

/** The eigenvalues of a symmetric matrix, increasing, by Jacobi's rotations. */
function eigenvalues(symmetric: Matrix): number[] {
  const n = symmetric.rows;
  const a = Array.from({ length: n }, (_, i) => [...row(symmetric, i)]);
  for (let sweep = 0; sweep < 30; sweep++) {
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        if (a[p][q] === 0) continue;
        const theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        for (const line of a) [line[p], line[q]] = [c * (line[p] - t * line[q]), c * (t * line[p] + line[q])];
        const [ap, aq] = [a[p], a[q]];
        a[p] = ap.map((value, k) => c * (value - t * aq[k]));
        a[q] = aq.map((value, k) => c * (t * ap[k] + value));
      }
    }
  }
  return a.map((line, i) => line[i]).sort((x, y) => x - y);
}

/** The Hessian of the loss in R^d, from second differences of it, patch by patch and moment by moment. */
function denseHessian(weights: Matrix, task: NaiveTask): Matrix {
  const h = 1e-3;
  const count = weights.values.length;
  const at = (i: number, u: number, j: number, v: number) => {
    const values = weights.values.slice();
    values[i] += u;
    values[j] += v;
    return naiveExpectedLoss({ ...weights, values }, task);
  };
  return matrixFrom(
    count,
    count,
    (i, j) => (at(i, h, j, h) - at(i, h, j, -h) - at(i, -h, j, h) + at(i, -h, j, -h)) / (4 * h * h),
  );
}

describe('spectrumEnds', () => {
  it('are the least and the greatest eigenvalue', () => {
    const random = randomStream(1, 'lanczos.test');
    for (const n of [1, 2, 5, 12]) {
      const half = matrixFrom(n, n, () => random.gaussian());
      const symmetric = matrixFrom(n, n, (i, j) => row(half, i)[j] + row(half, j)[i]);
      const apply = (v: Float64Array) => naiveProduct(symmetric, { rows: n, columns: 1, values: v }).values;
      const expected = eigenvalues(symmetric);
      const { smallest, largest } = spectrumEnds(apply, n, 30, random);
      expect(smallest).toBeCloseTo(expected[0], 9);
      expect(largest).toBeCloseTo(expected[n - 1], 9);
    }
  });

  it('end where all that the start reaches is found', () => {
    const apply = (v: Float64Array) => v.map((value, i) => (i < 3 ? -2 : 7) * value);
    const { smallest, largest } = spectrumEnds(apply, 40, 30, randomStream(2, 'lanczos.test'));
    expect([smallest, largest]).toEqual([expect.closeTo(-2, 9), expect.closeTo(7, 9)]);
  });
});

describe('curvatureEnds', async () => {
  const [n, d, m] = [3, 9, 2];
  const random = randomStream(3, 'curvature.test');
  const patches = matrixFrom(n, d, () => random.gaussian());
  const multiplicities = Float64Array.of(2, 1, 1);
  const start = matrixFrom(m, d, () => 0.3 * random.gaussian());
  const forward = forwardStep(0.3);
  const span = spanOf(backend, patches, start);
  const objective = denoisingObjective(
    backend,
    denoisingTask(backend, forward, multiplicities),
    backend.upload(span.patches),
  );
  const measure = (coordinates: Matrix) => {
    const { smallest, largest } = curvatureEnds(backend, objective, withDimension(coordinates), random);
    const dense = eigenvalues(
      denseHessian(naiveProduct(coordinates, span.basis), { patches, multiplicities, forward }),
    );
    return { smallest, largest, dense };
  };

  it('are those of the Hessian in R^d, at the start, where directions lead down', () => {
    const { smallest, largest, dense } = measure(span.start);
    expect(dense[0]).toBeLessThan(-0.01);
    expect(smallest).toBeCloseTo(dense[0], 4);
    expect(largest / dense[dense.length - 1]).toBeCloseTo(1, 4);
  });

  it('are none below zero at the end', async () => {
    const rule = {
      step: 0.02,
      maxIterations: 50_000,
      recordsPerDecade: 1,
      stationarity: { gradientRatio: 1e-9, growth: 1 },
    };
    const { records } = await gradientDescent(backend, span.start, objective, rule, async () => {});
    const { smallest, largest, dense } = measure(records[records.length - 1].weights);
    expect(Math.abs(smallest)).toBeLessThan(1e-6);
    expect(dense[0]).toBeGreaterThan(-1e-4);
    expect(largest / dense[dense.length - 1]).toBeCloseTo(1, 4);
  });
});
