import type { Matrix } from './matrix.ts';
import type { EngineMatrix, MatrixEngine } from './matrix-engine.ts';
import type { SpanPoint } from './span.ts';
import { exp } from './special-functions.ts';

/** A loss at a point of the span. */
export type Evaluation = {
  /** The loss without its constant. */
  readonly excessLoss: number;
  /** D, the coefficients of the gradient D·G. */
  readonly gradient: EngineMatrix;
  /** D·K, its inner products with the basis. */
  readonly gradientProducts: EngineMatrix;
};

/** A loss as a function on the span. */
export type Objective = (point: SpanPoint) => Evaluation;

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
  readonly coefficients: Matrix;
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

/** A rise of the loss by fewer of its last digits than this is rounding. */
const ROUNDING_UNITS = 64;
/** So many halvings are a thousand millionth of a step that was near the right size. */
const MAX_HALVINGS = 30;
const REPORT_EVERY = 50;

/**
 * Plain gradient descent on the span, which frees the start when it has left it.
 * @param report Is called every so many iterations, and awaited.
 * @throws {DivergenceError} if the loss is not finite at the start, or rises however small the step.
 */
export async function gradientDescent(
  engine: MatrixEngine,
  startPoint: SpanPoint,
  objective: Objective,
  rule: DescentRule,
  report: (iteration: number, excessLoss: number) => Promise<void>,
): Promise<Descent> {
  let current = engine.tidy(() => iterateAt(engine, objective, startPoint));
  if (!Number.isFinite(current.excessLoss)) throw new DivergenceError(`the loss at the start is ${current.excessLoss}`);
  let { step } = rule;
  const start = current.gradientNorm;
  let max = start;
  const halvings: Halving[] = [];
  const records: DescentRecord[] = [];
  const schedule = logSpacedIterations(rule.recordsPerDecade);
  let nextRecord = schedule.next().value;
  for (let iteration = 0; ; iteration++) {
    const { excessLoss, gradientNorm } = current;
    max = Math.max(max, gradientNorm);
    const stationary = rule.stationarity !== undefined && isStationary(rule.stationarity, { start, max, gradientNorm });
    const last = stationary || iteration === rule.maxIterations;
    if (last || iteration === nextRecord) {
      const coefficients = engine.download(current.coefficients);
      records.push({ iteration, excessLoss, gradientNorm, step, coefficients });
      nextRecord = schedule.next().value;
    }
    if (last) {
      const stoppedBy = stationary ? 'stationary' : 'iteration-limit';
      const norms = { start, max, final: gradientNorm };
      return { records, iterations: iteration, stoppedBy, gradientNorm: norms, halvings, excessLoss };
    }
    if (iteration % REPORT_EVERY === 0) await report(iteration, excessLoss);
    let next = nextIterate(engine, objective, current, step);
    while (rises(current, next, engine.epsilon)) {
      if (halvings.length === MAX_HALVINGS) {
        throw new DivergenceError(
          `after iteration ${iteration}, where the loss exceeds its constant by ${excessLoss}, it goes to ${next.excessLoss} ` +
            `even with the step ${step}, halved ${MAX_HALVINGS} times from ${rule.step}`,
        );
      }
      freeIterate(engine, next);
      step /= 2;
      halvings.push({ iteration, step });
      next = nextIterate(engine, objective, current, step);
    }
    freeIterate(engine, current);
    current = next;
  }
}

/** A point, its loss and its gradient. */
type Iterate = SpanPoint & Evaluation & { readonly gradientNorm: number };

function nextIterate(engine: MatrixEngine, objective: Objective, from: Iterate, step: number): Iterate {
  return engine.tidy(() =>
    iterateAt(engine, objective, {
      coefficients: engine.combine(1, from.coefficients, -step, from.gradient),
      // Linear in the point, so the step gives the products too, and the gradient norm costs no product of its own.
      products: engine.combine(1, from.products, -step, from.gradientProducts),
    }),
  );
}

function iterateAt(engine: MatrixEngine, objective: Objective, point: SpanPoint): Iterate {
  const evaluation = objective(point);
  // ‖D·G‖² = ⟨D, D·K⟩; rounding could make a vanishing one negative.
  const squaredNorm = Math.max(0, engine.dot(evaluation.gradient, evaluation.gradientProducts));
  return { ...point, ...evaluation, gradientNorm: Math.sqrt(squaredNorm) };
}

function freeIterate(engine: MatrixEngine, { coefficients, products, gradient, gradientProducts }: Iterate): void {
  engine.dispose(coefficients, products, gradient, gradientProducts);
}

/** A loss that is not finite has risen, too. */
function rises(from: Iterate, to: Iterate, epsilon: number): boolean {
  return !(to.excessLoss <= from.excessLoss + ROUNDING_UNITS * epsilon * Math.abs(from.excessLoss));
}

function isStationary(
  { gradientRatio, growth }: Stationarity,
  { start, max, gradientNorm }: { start: number; max: number; gradientNorm: number },
): boolean {
  return max >= growth * start && gradientNorm < gradientRatio * max;
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
