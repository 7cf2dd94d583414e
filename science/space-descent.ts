import { DivergenceError } from './gradient-descent.ts';
import { logSpacedIterations, REPORT_EVERY } from './iterations.ts';
import type { Matrix } from './matrix.ts';
import type { BackendMatrix, MatrixBackend, Operations, Scalar } from './matrix-backend.ts';
import type { Weights } from './network.ts';

/**
 * A loss and its gradient at weights in R^d. The excess is over the value of the loss where all weights vanish, if that
 * would hide it. A loss may draw what it is an expectation over, anew whenever it is computed (`Operations.compute`).
 */
export type Loss = (ops: Operations, weights: Weights) => { readonly excessLoss: Scalar; readonly gradient: Weights };

/** How to descend. */
export interface SpaceDescentRule {
  readonly step: number;
  readonly iterations: number;
  /** How many iterations of each decade are recorded, spaced evenly in their logarithm. */
  readonly recordsPerDecade: number;
  /** Is called at iteration 0, the log-spaced ones and the last. */
  record(iteration: number, excessLoss: number, weights: Weights): void;
  /** Is called every so many iterations, and awaited. */
  report(iteration: number, excessLoss: number): Promise<void>;
}

/** A loss beyond this is on its way to infinity: those of all our trainings start near 0. */
const UNBOUNDED = 1e6;

/**
 * Gradient descent in R^d with a fixed step, for losses whose gradients leave the span of start and patches.
 * @throws {DivergenceError} if the loss is not finite, or goes there.
 */
export async function descendInSpace(
  backend: MatrixBackend,
  start: Weights<Matrix>,
  loss: Loss,
  rule: SpaceDescentRule,
): Promise<void> {
  const { step, iterations } = rule;
  const names = Object.keys(start);
  const named = (matrices: readonly BackendMatrix[]): Weights =>
    Object.fromEntries(names.map((name, i) => [name, matrices[i]]));
  let readLoss: Scalar = () => Number.NaN;
  const run = backend.prepare(Object.values(start), (ops, matrices) => {
    const weights = named(matrices);
    const { excessLoss, gradient } = loss(ops, weights);
    readLoss = excessLoss;
    return names.map((name) => ops.combine(1, weights[name], -step, gradient[name]));
  });
  let weights: readonly BackendMatrix[] = Object.values(start).map((matrix) => backend.upload(matrix));
  const schedule = logSpacedIterations(rule.recordsPerDecade);
  let nextRecord = schedule.next().value;
  for (let iteration = 0; ; iteration++) {
    const current = weights;
    weights = run(current);
    const excessLoss = readLoss();
    if (!(excessLoss < UNBOUNDED)) {
      throw new DivergenceError(`at iteration ${iteration} the loss exceeds its constant by ${excessLoss}`);
    }
    if (iteration === nextRecord || iteration === iterations) {
      rule.record(iteration, excessLoss, named(current));
      if (iteration === nextRecord) nextRecord = schedule.next().value;
    }
    backend.dispose(...current);
    if (iteration === iterations) return;
    if (iteration % REPORT_EVERY === 0) await rule.report(iteration, excessLoss);
  }
}
