import { describe, expect, it } from 'vitest';
import { conditionalObjective, trainWithBiases } from '../../science/conditional-diffusion.ts';
import { denoisingTask } from '../../science/diffusion.ts';
import { sampleFeatureData, withRareFeature } from '../../science/feature-data.ts';
import { forwardStep } from '../../science/forward-step.ts';
import { latentPatches } from '../../science/latent.ts';
import { type Matrix, row } from '../../science/matrix.ts';
import { trainOnPatches } from '../../science/patch-training.ts';
import { openPortableBackend } from '../../science/portable-backend.ts';
import { randomStream } from '../../science/random.ts';
import { dot } from '../../science/vector.ts';
import { matrixFrom, matrixOfRows, naiveProduct, naiveTranspose, relativeError } from './naive.ts';

const backend = openPortableBackend('float64');

describe('features', () => {
  it('are orthogonal to each other and to the noise, and as long as each other', () => {
    const distribution = { signalNorm: 3, sigma: 1, d: 20 };
    const { patches } = sampleFeatureData(distribution, 6, 2, randomStream(1, 'extensions.test'));
    const gram = naiveProduct(patches, naiveTranspose(patches));
    for (let i = 0; i < 4; i++) {
      for (let j = 0; j < patches.rows; j++) expect(row(gram, i)[j]).toBeCloseTo(i === j ? 9 : 0, 6);
    }
  });

  it('come to the first samples of each label, and zero to the others', () => {
    const samples = {
      signals: matrixOfRows([
        [1, 0, 0, 0],
        [0, 1, 0, 0],
      ]),
      signalOf: Int32Array.of(0, 1, 0, 1, 0, 1),
      noises: matrixFrom(6, 4, (i, j) => i + j),
      labels: Int32Array.of(1, -1, 1, -1, 1, -1),
    };
    const data = withRareFeature(
      samples,
      matrixOfRows([
        [0, 0, 1, 0],
        [0, 0, 0, 1],
      ]),
      2,
    );
    expect([...data.samples.places[1]]).toEqual([2, 3, 2, 3, 4, 4]);
    expect([...data.multiplicities]).toEqual([3, 3, 2, 2, 2, 1, 1, 1, 1, 1, 1]);
    expect([...row(data.patches, 4)]).toEqual([0, 0, 0, 0]);
    expect([...row(data.patches, 5)]).toEqual([0, 1, 2, 3]);
    expect(data.easyCount).toBe(2);
  });
});

describe('the conditional denoising loss', () => {
  const [m, N, d] = [3, 4, 5];
  const random = randomStream(2, 'extensions.test');
  const forward = forwardStep(0.4);
  const patches = matrixFrom(N, d, () => random.gaussian());
  const multiplicities = Float64Array.of(2, 1, 3, 1);
  const classOf = [0, 1, 1, 0];
  const weights = matrixFrom(m, d + 2, () => 0.3 * random.gaussian());
  const objective = () =>
    conditionalObjective(backend, denoisingTask(backend, forward, multiplicities), { patches, classOf, classes: 2 });
  const lossAt = (values: Float64Array) =>
    objective()
      .evaluate(backend, backend.upload({ ...weights, values }))
      .excessLoss();

  it('is that of draws', () => {
    const draws = 100_000;
    const losses = Array.from({ length: draws }, () => {
      let loss = 0;
      for (let i = 0; i < N; i++) {
        const noise = Float64Array.from({ length: d }, () => random.gaussian());
        const noisy = row(patches, i).map((x, j) => forward.alpha * x + forward.beta * noise[j]);
        const predicted = new Float64Array(d);
        for (let r = 0; r < m; r++) {
          const w = row(weights, r).subarray(0, d);
          const u = dot(w, noisy) + row(weights, r)[d + classOf[i]];
          w.forEach((value, j) => {
            predicted[j] += (u * u * value) / Math.sqrt(m);
          });
        }
        loss += multiplicities[i] * (dot(predicted, predicted) - 2 * dot(predicted, noise));
      }
      return loss / 7;
    });
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / draws;
    const variance = losses.reduce((sum, loss) => sum + (loss - mean) * (loss - mean), 0) / draws;
    expect(Math.abs(lossAt(weights.values) - mean)).toBeLessThan(4 * Math.sqrt(variance / draws));
  });

  it('has the gradient of central differences, also by the biases', () => {
    const gradient = backend.download(objective().evaluate(backend, backend.upload(weights)).gradient);
    const h = 1e-5;
    const expected = weights.values.map((value, k) => {
      const [up, down] = [value + h, value - h].map((other) => lossAt(weights.values.with(k, other)));
      return (up - down) / (2 * h);
    });
    expect(relativeError(gradient, { ...gradient, values: expected })).toBeLessThan(1e-7);
  });

  it('trains without a condition as the plain loss does where biases can not move', async () => {
    const task = denoisingTask(backend, forward, multiplicities);
    const start = { weights: matrixFrom(m, d, (r, j) => row(weights, r)[j]), biases: matrixFrom(m, 2, () => 0) };
    const rule = { step: 1e-3, maxIterations: 1, recordsPerDecade: 1, stationarity: undefined };
    const { projections } = await trainWithBiases(backend, task, patches, classOf, start, rule);
    const { denoisingObjective } = await import('../../science/diffusion.ts');
    const plain = await trainOnPatches(
      backend,
      patches,
      start.weights,
      (X) => denoisingObjective(backend, task, X),
      rule,
    );
    expect(relativeError(projections[1], plain.projections[1])).toBeLessThan(1e-10);
    const first = naiveProduct(start.weights, naiveTranspose(patches));
    expect(relativeError(plain.projections[0], first)).toBeLessThan(1e-10);
  });
});

describe('latentPatches', () => {
  const random = randomStream(3, 'extensions.test');
  const patches = matrixFrom(5, 9, () => random.gaussian());
  const multiplicities = Float64Array.of(4, 1, 1, 2, 1);
  const weightedGram = (some: Matrix) =>
    matrixFrom(some.columns, some.columns, (i, j) => {
      let sum = 0;
      for (let k = 0; k < some.rows; k++) sum += multiplicities[k] * row(some, k)[i] * row(some, k)[j];
      return sum;
    });

  it('are the principal components: uncorrelated, decreasing, and all of them keep all products', () => {
    const latent = latentPatches({ patches, multiplicities }, 5);
    const covariance = weightedGram(latent);
    const sizes = Array.from({ length: 5 }, (_, i) => row(covariance, i)[i]);
    for (let i = 0; i < 5; i++) {
      for (let j = 0; j < 5; j++) if (i !== j) expect(row(covariance, i)[j]).toBeCloseTo(0, 10);
    }
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    const products = (some: Matrix) => naiveProduct(some, naiveTranspose(some));
    expect(relativeError(products(latent), products(patches))).toBeLessThan(1e-12);
  });

  it('of fewer dimensions are the first of more', () => {
    const [few, more] = [2, 5].map((k) => latentPatches({ patches, multiplicities }, k));
    expect(few).toEqual(matrixFrom(5, 2, (i, j) => row(more, i)[j]));
    expect(latentPatches({ patches, multiplicities }, 99).columns).toBe(5);
  });

  it('lose what is not among the first: a weak signal beside strong noise', () => {
    const weak = matrixOfRows([
      [0.1, 0, 0],
      [0, 5, 0],
      [0, 0, 4],
    ]);
    const latent = latentPatches({ patches: weak, multiplicities: Float64Array.of(3, 1, 1) }, 2);
    expect(row(latent, 0).every((value) => Math.abs(value) < 1e-12)).toBe(true);
    expect([...row(latent, 1)].map(Math.abs)).toEqual([expect.closeTo(5, 12), expect.closeTo(0, 12)]);
  });

  it('are positive in the first patch that a component tells, so that their signs are decided', () => {
    const latent = latentPatches({ patches, multiplicities }, 4);
    expect([...row(latent, 0)].every((value) => value > 0)).toBe(true);
    const negated = matrixFrom(5, 9, (i, j) => -row(patches, i)[j]);
    expect(relativeError(latentPatches({ patches: negated, multiplicities }, 4), latent)).toBeLessThan(1e-12);
    for (const sign of [1, -1]) {
      const told = matrixOfRows([
        [1e-13 * sign, -1e-13 * sign, 0.1],
        [5 * sign, 0, 0],
        [0, 4 * sign, 0],
      ]);
      const parts = latentPatches({ patches: told, multiplicities: Float64Array.of(1, 1, 1) }, 2);
      expect(row(parts, 1)[0]).toBeCloseTo(5, 12);
      expect(row(parts, 2)[1]).toBeCloseTo(4, 12);
    }
  });
});
