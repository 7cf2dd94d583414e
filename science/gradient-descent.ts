import type { Matrix } from './matrix.ts';
import type { BackendMatrix, MatrixBackend } from './matrix-backend.ts';
import { exp } from './special-functions.ts';

/** A loss at some weights. */
export type Evaluation = {
  /** The loss without its constant. */
  readonly excessLoss: number;
  /** At least what the terms of that loss add up to in absolute value: its rounding is relative to this. */
  readonly magnitude: number;
  /** The gradient by the first columns of the weights; by the others it is 0. */
  readonly gradient: BackendMatrix;
};

/** A loss as a function of the weights, in R^d or in coordinates of their span (science/span.ts). */
export type Objective = (weights: BackendMatrix) => Evaluation;

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
 * Stationary: the gradient norm is below `gradientRatio` of its running maximum, which is at least `growth` times the norm
 * at the start. The start is near the saddle W = 0, where the norm is small though nothing is learned yet.
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

/** A whole training. */
export interface Descent {
  /** Iteration 0, the log-spaced ones and the last. */
  readonly records: readonly DescentRecord[];
  readonly iterations: number;
  readonly stoppedBy: 'stationary' | 'iteration-limit';
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
const REPORT_EVERY = 50;

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
  let current = backend.tidy(() => iterateAt(backend, objective, backend.upload(start)));
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
      records.push({ iteration, excessLoss, gradientNorm, step, weights: backend.download(current.weights) });
      nextRecord = schedule.next().value;
    }
    if (last) {
      const stoppedBy = stationary ? 'stationary' : 'iteration-limit';
      const norms = { start: startNorm, max, final: gradientNorm };
      return { records, iterations: iteration, stoppedBy, gradientNorm: norms, halvings, excessLoss };
    }
    if (iteration % REPORT_EVERY === 0) await report(iteration, excessLoss);
    let next = nextIterate(backend, objective, current, step);
    while (rises(current, next, backend.epsilon)) {
      if (halvings.length === MAX_HALVINGS) {
        throw new DivergenceError(
          `after iteration ${iteration}, where the loss exceeds its constant by ${excessLoss}, it goes to ${next.excessLoss} ` +
            `even with the step ${step}, halved ${MAX_HALVINGS} times from ${rule.step}`,
        );
      }
      freeIterate(backend, next);
      step /= 2;
      halvings.push({ iteration, step });
      next = nextIterate(backend, objective, current, step);
    }
    freeIterate(backend, current);
    current = next;
  }
}

/** A point, its loss and its gradient. */
type Iterate = Evaluation & { readonly weights: BackendMatrix; readonly gradientNorm: number };

function nextIterate(backend: MatrixBackend, objective: Objective, from: Iterate, step: number): Iterate {
  return backend.tidy(() =>
    iterateAt(backend, objective, backend.addToFirstColumns(from.weights, -step, from.gradient)),
  );
}

function iterateAt(backend: MatrixBackend, objective: Objective, weights: BackendMatrix): Iterate {
  const evaluation = objective(weights);
  const { gradient } = evaluation;
  return { weights, ...evaluation, gradientNorm: Math.sqrt(backend.dot(gradient, gradient)) };
}

function freeIterate(backend: MatrixBackend, { weights, gradient }: Iterate): void {
  backend.dispose(weights, gradient);
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

/** Iterations 0, 1, ... spaced evenly in their logarithm, without end. */
export function* logSpacedIterations(perDecade: number): Generator<number, never> {
  yield 0;
  let previous = 0;
  for (let k = 0; ; k++) {
    const iteration = Math.round(exp((k * Math.LN10) / perDecade));
    if (iteration > previous) yield iteration;
    previous = iteration;
  }
}
