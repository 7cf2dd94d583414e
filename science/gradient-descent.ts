import { logSpacedIterations, REPORT_EVERY } from './iterations.ts';
import { type Matrix, row, zeros } from './matrix.ts';
import type { BackendMatrix, MatrixBackend, Operations, Scalar } from './matrix-backend.ts';

/** A loss at some weights. */
export interface Evaluation {
  /** The loss without its constant. */
  readonly excessLoss: Scalar;
  /** At least what the terms of that loss add up to in absolute value: its rounding is relative to this. */
  readonly magnitude: Scalar;
  readonly gradient: BackendMatrix;
}

/** A loss as a function of the weights, in R^d or in coordinates of their span (science/span.ts). */
export interface Objective {
  /**
   * It depends on no more than these first columns of the weights, and the others stay as they are; undefined: on all.
   */
  readonly columns: number | undefined;
  /** The loss and its gradient, at the columns that it depends on. */
  evaluate(ops: Operations, weights: BackendMatrix): Evaluation;
}

/** How to descend (paper.md §2, "Steps and stopping"). */
export interface DescentRule {
  /** The first step. It is halved, and the step undone, whenever the loss rises beyond rounding. */
  readonly step: number;
  readonly maxIterations: number;
  /** Stop early when stationary; undefined: never. */
  readonly stationarity: Stationarity | undefined;
  /** How many iterations of each decade are recorded, spaced evenly in their logarithm. */
  readonly recordsPerDecade: number;
}

/**
 * Stationary: the gradient norm is below `gradientRatio` of its running maximum, which is at least `growth` times the
 * norm at the start. The start is near the saddle W = 0, where the norm is small though nothing is learned yet.
 */
export interface Stationarity {
  readonly gradientRatio: number;
  readonly growth: number;
}

/** The training at one iteration. */
export interface DescentRecord {
  readonly iteration: number;
  readonly excessLoss: number;
  readonly gradientNorm: number;
  /** The step that led here; at iteration 0 the first step of the rule. */
  readonly step: number;
  readonly weights: Matrix;
}

/** A step that was undone after `iteration`, since the loss rose; `step` is the one tried next. */
export interface Halving {
  iteration: number;
  step: number;
}

/** How a training can end. */
export const ENDINGS = ['stationary', 'iteration-limit'] as const;

/** A whole training. */
export interface Descent {
  /** Iteration 0, the log-spaced ones and the last. */
  readonly records: readonly DescentRecord[];
  readonly iterations: number;
  readonly stoppedBy: (typeof ENDINGS)[number];
  readonly gradientNorm: { start: number; max: number; final: number };
  readonly halvings: Halving[];
  readonly excessLoss: number;
}

/** A training that can't go on; the message says what happened at which iteration. */
export class DivergenceError extends Error {
  override readonly name = 'DivergenceError';
}

/** A rise of the loss by fewer units in the last place of its magnitude than this is rounding. */
const ROUNDING_UNITS = 8;
/** So many halvings are a thousand millionth of a step that was near the right size. */
const MAX_HALVINGS = 30;

/**
 * Plain gradient descent.
 * @param report Is called every so many iterations, and awaited.
 * @throws {DivergenceError} if the loss is not finite at the start, or rises however small the step.
 */
export async function gradientDescent(
  backend: MatrixBackend,
  start: Matrix,
  objective: Objective,
  rule: DescentRule,
  report: (iteration: number, excessLoss: number) => Promise<void>,
): Promise<Descent> {
  const descent = preparedDescent(backend, start, objective);
  let current = descent.start;
  if (!Number.isFinite(current.excessLoss)) throw new DivergenceError(`the loss at the start is ${current.excessLoss}`);
  let { step } = rule;
  const startNorm = current.gradientNorm;
  let max = startNorm;
  const halvings: Halving[] = [];
  const records: DescentRecord[] = [];
  const schedule = logSpacedIterations(rule.recordsPerDecade);
  let nextRecord = schedule.next().value;
  for (let iteration = 0; ; iteration++) {
    const { excessLoss, gradientNorm } = current;
    max = Math.max(max, gradientNorm);
    const stationary =
      rule.stationarity !== undefined && isStationary(rule.stationarity, { startNorm, max, gradientNorm });
    const last = stationary || iteration === rule.maxIterations;
    if (last || iteration === nextRecord) {
      records.push({ iteration, excessLoss, gradientNorm, step, weights: descent.weightsAt(current) });
      nextRecord = schedule.next().value;
    }
    if (last) {
      const stoppedBy = stationary ? 'stationary' : 'iteration-limit';
      const norms = { start: startNorm, max, final: gradientNorm };
      return { records, iterations: iteration, stoppedBy, gradientNorm: norms, halvings, excessLoss };
    }
    if (iteration % REPORT_EVERY === 0) await report(iteration, excessLoss);
    let next = descent.stepFrom(current, step);
    while (rises(current, next, backend.epsilon)) {
      if (halvings.length === MAX_HALVINGS) {
        throw new DivergenceError(
          `after iteration ${iteration}, where the loss exceeds its constant by ${excessLoss}, it goes to ${next.excessLoss} ` +
            `even with the step ${step}, halved ${MAX_HALVINGS} times from ${rule.step}`,
        );
      }
      backend.dispose(next.weights, next.gradient);
      step /= 2;
      halvings.push({ iteration, step });
      next = descent.stepFrom(current, step);
    }
    backend.dispose(current.weights, current.gradient);
    current = next;
  }
}

/** A point, its loss and its gradient. */
interface Iterate {
  readonly weights: BackendMatrix;
  readonly gradient: BackendMatrix;
  readonly excessLoss: number;
  readonly magnitude: number;
  readonly gradientNorm: number;
}

interface PreparedDescent {
  readonly start: Iterate;
  stepFrom(from: Iterate, step: number): Iterate;
  /** All columns of the weights. */
  weightsAt(iterate: Iterate): Matrix;
}

/** A step of gradient descent as one computation of the backend, on the columns that the objective depends on. */
function preparedDescent(backend: MatrixBackend, start: Matrix, objective: Objective): PreparedDescent {
  const columns = objective.columns ?? start.columns;
  const size = { rows: start.rows, columns };
  let step = 0;
  let excessLoss: Scalar = unread;
  let magnitude: Scalar = unread;
  let square: Scalar = unread;
  const run = backend.prepare([size, size], (ops, [from, slope]) => {
    const weights = ops.combine(1, from, () => -step, slope);
    const evaluation = objective.evaluate(ops, weights);
    ({ excessLoss, magnitude } = evaluation);
    square = ops.dot(evaluation.gradient, evaluation.gradient);
    return [weights, evaluation.gradient];
  });
  const stepFrom = (from: Pick<Iterate, 'weights' | 'gradient'>, size: number): Iterate => {
    step = size;
    const [weights, gradient] = run([from.weights, from.gradient]);
    const gradientNorm = Math.sqrt(square());
    return { weights, gradient, excessLoss: excessLoss(), magnitude: magnitude(), gradientNorm };
  };
  const [all, weights, gradient] = [start, partOf(start, columns), zeros(size.rows, columns)].map((x) =>
    backend.upload(x),
  );
  const rounded = backend.download(all);
  const first = stepFrom({ weights, gradient }, 0);
  backend.dispose(all, weights, gradient);
  return { start: first, stepFrom, weightsAt: (iterate) => withPart(rounded, backend.download(iterate.weights)) };
}

const unread = () => Number.NaN;

/** The first columns of a matrix. */
function partOf(matrix: Matrix, columns: number): Matrix {
  const part = zeros(matrix.rows, columns);
  for (let i = 0; i < matrix.rows; i++) row(part, i).set(row(matrix, i).subarray(0, columns));
  return part;
}

/** A matrix with other first columns. */
function withPart(matrix: Matrix, part: Matrix): Matrix {
  const changed = { ...matrix, values: matrix.values.slice() };
  for (let i = 0; i < matrix.rows; i++) row(changed, i).set(row(part, i));
  return changed;
}

/** A loss that is not finite has risen, too. */
function rises(from: Iterate, to: Iterate, epsilon: number): boolean {
  return !(to.excessLoss <= from.excessLoss + ROUNDING_UNITS * epsilon * from.magnitude);
}

function isStationary(
  { gradientRatio, growth }: Stationarity,
  { startNorm, max, gradientNorm }: { startNorm: number; max: number; gradientNorm: number },
): boolean {
  return max >= growth * startNorm && gradientNorm < gradientRatio * max;
}
