import { denoisingObjective, denoisingTask } from '../science/diffusion.ts';
import { forwardStep } from '../science/forward-step.ts';
import { gradientDescent } from '../science/gradient-descent.ts';
import { initialWeights } from '../science/initial-weights.ts';
import type { MatrixBackend } from '../science/matrix-backend.ts';
import { openPortableBackend } from '../science/portable-backend.ts';
import { randomStream } from '../science/random.ts';
import { spanOf } from '../science/span.ts';
import { median } from './median.ts';

/** What a step of training the diffusion model costs, beside its matrix products alone. */
export interface StepCost {
  readonly name: string;
  readonly stepMicroseconds: number;
  /** The matrix products of a step, alone in the same backend. */
  readonly floorMicroseconds: number;
  readonly ratio: number;
}

/** m neurons in R^d, and N distinct patches. */
interface Size {
  readonly name: string;
  readonly m: number;
  readonly N: number;
  readonly d: number;
  /** Steps in one measurement. */
  readonly steps: number;
}

const SIZES: readonly Size[] = [
  { name: 'synthetic (m=20, N=32)', m: 20, N: 32, d: 1000, steps: 5000 },
  { name: 'Noisy-MNIST (m=100, N=200)', m: 100, N: 200, d: 784, steps: 60 },
];

const REPETITIONS = 9;

/** Measures the training step of the portable backend against its floor at both sizes: medians of interleaved repetitions. */
export async function measureSteps(): Promise<StepCost[]> {
  const costs: StepCost[] = [];
  for (const size of SIZES) {
    const backend = openPortableBackend('float32');
    const steps = trainingSteps(backend, openPortableBackend('float64'), size);
    const products = matrixProducts(backend, size);
    const stepTimes: number[] = [];
    const floorTimes: number[] = [];
    for (let k = 0; k < REPETITIONS; k++) {
      stepTimes.push(await microsecondsEach(size.steps, steps));
      floorTimes.push(await microsecondsEach(size.steps, products));
    }
    const [stepMicroseconds, floorMicroseconds] = [median(stepTimes), median(floorTimes)];
    const ratio = stepMicroseconds / floorMicroseconds;
    costs.push({ name: size.name, stepMicroseconds, floorMicroseconds, ratio });
  }
  return costs;
}

/** A training of so many steps, with all that belongs to it. */
function trainingSteps(
  backend: MatrixBackend,
  spanBackend: MatrixBackend,
  { m, N, d, steps }: Size,
): () => Promise<unknown> {
  const start = initialWeights(m, d, 0.001, randomStream(0, 'bench/start'));
  const patches = initialWeights(N, d, 1, randomStream(0, 'bench/patches'));
  const span = spanOf(spanBackend, patches, start);
  const task = denoisingTask(backend, forwardStep(0.2), new Float64Array(N).fill(1));
  const objective = denoisingObjective(backend, task, backend.upload(span.patches));
  const rule = { step: 0.01, maxIterations: steps, stationarity: undefined, recordsPerDecade: 1 };
  return () => gradientDescent(backend, span.start, objective, rule, async () => {});
}

/** As many times the matrix products of one step (science/diffusion.ts). */
function matrixProducts(backend: MatrixBackend, { m, N, steps }: Size): () => Promise<void> {
  const random = (rows: number, columns: number) =>
    backend.upload(initialWeights(rows, columns, 1, randomStream(0, `bench/${rows}×${columns}`)));
  const [W, X, A, q] = [random(m, m + N), random(N, N), random(m, N), random(m, m)];
  return async () => {
    for (let k = 0; k < steps; k++) {
      backend.tidy(() => {
        backend.symmetricProduct(W, W);
        backend.matMulUpper(A, X);
        backend.symmetricProduct(A, A);
        backend.symmetricProduct(A, A);
        backend.matMul(q, A);
        backend.matMul(q, A);
        backend.matMul(q, W);
        backend.matMulLower(A, X);
        return {};
      });
    }
  };
}

async function microsecondsEach(count: number, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return ((performance.now() - start) * 1000) / count;
}
