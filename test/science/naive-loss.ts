import type { ForwardStep } from '../../science/forward-step.ts';
import { type Matrix, row, zeros } from '../../science/matrix.ts';
import type { RandomStream } from '../../science/random.ts';
import { dot } from '../../science/vector.ts';

/** The denoising loss of weights W in R^d on patches with multiplicities, with its constant. */
export interface NaiveTask {
  readonly patches: Matrix;
  readonly multiplicities: Float64Array;
  readonly forward: ForwardStep;
}

/**
 * The expected loss in R^d, patch by patch: E‖f‖² - 2E⟨f, ε⟩ + E‖ε‖², with the moments of the Gaussians
 * u_r = a_r + β⟨w_r, ε⟩ written out.
 */
export function naiveExpectedLoss(weights: Matrix, task: NaiveTask): number {
  const { alpha, beta } = task.forward;
  const neurons = Array.from({ length: weights.rows }, (_, r) => row(weights, r));
  const m = neurons.length;
  const losses = Array.from(task.multiplicities, (count, i) => {
    const a = neurons.map((w) => alpha * dot(w, row(task.patches, i)));
    let loss = weights.columns;
    for (const [r, w] of neurons.entries()) {
      loss -= ((4 * beta) / Math.sqrt(m)) * a[r] * dot(w, w);
      for (const [s, v] of neurons.entries()) {
        const [q, qr, qs] = [dot(w, v), dot(w, w), dot(v, v)].map((product) => product * beta * beta);
        const moment = (a[r] * a[r] + qr) * (a[s] * a[s] + qs) + 4 * a[r] * a[s] * q + 2 * q * q;
        loss += (dot(w, v) / m) * moment;
      }
    }
    return count * loss;
  });
  return sum(losses) / sum(task.multiplicities);
}

/** The loss from draws of ε, and the standard error of that. */
export function monteCarloLoss(
  weights: Matrix,
  { patches, multiplicities, forward: { alpha, beta } }: NaiveTask,
  draws: number,
  random: RandomStream,
): { loss: number; error: number } {
  const d = weights.columns;
  const losses = Array.from({ length: draws }, () => {
    let loss = 0;
    for (const [i, count] of multiplicities.entries()) {
      const noise = Float64Array.from({ length: d }, () => random.gaussian());
      const noisy = row(patches, i).map((x, j) => alpha * x + beta * noise[j]);
      const residual = prediction(weights, noisy).map((f, j) => f - noise[j]);
      loss += count * dot(residual, residual);
    }
    return loss / sum(multiplicities);
  });
  const loss = sum(losses) / draws;
  const variance = losses.reduce((total, value) => total + (value - loss) * (value - loss), 0) / draws;
  return { loss, error: Math.sqrt(variance / draws) };
}

/** f(W, z) = (1/√m) Σ_r ⟨w_r, z⟩² w_r. */
function prediction(weights: Matrix, z: Float64Array): Float64Array {
  const f = new Float64Array(z.length);
  for (let r = 0; r < weights.rows; r++) {
    const w = row(weights, r);
    const activation = dot(w, z) * dot(w, z);
    for (let j = 0; j < f.length; j++) f[j] += (activation * w[j]) / Math.sqrt(weights.rows);
  }
  return f;
}

/** The gradient of a function of a matrix by central differences. */
export function centralDifferences(f: (x: Matrix) => number, x: Matrix, width: number): Matrix {
  const gradient = zeros(x.rows, x.columns);
  for (let k = 0; k < x.values.length; k++) {
    const shifted = (by: number) => ({ ...x, values: x.values.with(k, x.values[k] + by) });
    gradient.values[k] = (f(shifted(width)) - f(shifted(-width))) / (2 * width);
  }
  return gradient;
}

/** The mean logistic loss of f = F_{+1} - F_{-1} in R^d; the rows of the weights are those of F_{+1}, then of F_{-1}. */
export function naiveLogisticLoss(
  weights: Matrix,
  samples: readonly { readonly patches: readonly Float64Array[]; readonly label: number }[],
): number {
  const m = weights.rows / 2;
  const losses = samples.map(({ patches, label }) => {
    let f = 0;
    for (let r = 0; r < 2 * m; r++) {
      for (const patch of patches)
        f += ((r < m ? 1 : -1) / m) * dot(row(weights, r), patch) * dot(row(weights, r), patch);
    }
    // biome-ignore lint/plugin: the oracle of a test, with its own logarithm
    return Math.log1p(Math.exp(-label * f));
  });
  return sum(losses) / samples.length;
}

/** The mean softmax loss of F_0, ..., F_{k-1} in R^d; the rows of the weights are those of F_0 first. */
export function naiveSoftmaxLoss(
  weights: Matrix,
  samples: readonly { readonly patches: readonly Float64Array[]; readonly label: number }[],
  classes: number,
): number {
  const m = weights.rows / classes;
  const losses = samples.map(({ patches, label }) => {
    const scores = Array.from({ length: classes }, (_, j) => {
      const squares = patches.flatMap((patch) =>
        Array.from({ length: m }, (_, r) => dot(row(weights, j * m + r), patch) * dot(row(weights, j * m + r), patch)),
      );
      return sum(squares) / m;
    });
    // biome-ignore lint/plugin: the oracle of a test, with its own logarithm
    return Math.log(sum(scores.map((score) => Math.exp(score - scores[label]))));
  });
  return sum(losses) / samples.length;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
