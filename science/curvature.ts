import type { Objective } from './gradient-descent.ts';
import { type SpectrumEnds, spectrumEnds } from './lanczos.ts';
import type { Matrix } from './matrix.ts';
import type { MatrixBackend } from './matrix-backend.ts';
import type { RandomStream } from './random.ts';
import { dot } from './vector.ts';

/** A step by this share of the weights' length balances the rounding of gradients with what differences leave out. */
const DIFFERENCE = 1e-5;
/** From 120 to 400 of them, the ends of our spectra change by less than a millionth of the greatest. */
const ITERATIONS = 200;

/**
 * The least and the greatest eigenvalue of the Hessian of an objective at weights, from central differences of its
 * gradient. A minimum has none below zero. Rotations of what of the weights is outside of the span of the patches
 * change no loss, so at a stationary point the least is zero at most.
 * @param backend One of float64.
 */
export function curvatureEnds(
  backend: MatrixBackend,
  objective: Objective,
  weights: Matrix,
  random: RandomStream,
): SpectrumEnds {
  const { values, ...size } = weights;
  const step = DIFFERENCE * Math.sqrt(dot(values, values));
  const run = backend.prepare([size], (ops, [W]) => [objective.evaluate(ops, W).gradient]);
  const gradientAt = (at: Float64Array) => {
    const W = backend.upload({ ...size, values: at });
    const [gradient] = run([W]);
    const downloaded = backend.download(gradient);
    backend.dispose(W, gradient);
    return downloaded.values;
  };
  const apply = (direction: Float64Array) => {
    const ahead = gradientAt(values.map((value, k) => value + step * direction[k]));
    const behind = gradientAt(values.map((value, k) => value - step * direction[k]));
    return ahead.map((value, k) => (value - behind[k]) / (2 * step));
  };
  return spectrumEnds(apply, values.length, ITERATIONS, random);
}

/**
 * Weights in coordinates of one dimension more, which stands for all that neither patches nor weights have a part in.
 */
export function withDimension({ rows, columns, values }: Matrix): Matrix {
  const wider = new Float64Array(rows * (columns + 1));
  for (let i = 0; i < rows; i++) wider.set(values.subarray(i * columns, (i + 1) * columns), i * (columns + 1));
  return { rows, columns: columns + 1, values: wider };
}
