import { mean } from './mean.ts';
import { exp, ln } from './special-functions.ts';

/** A point of a curve that is looked at in logarithms; both coordinates are positive. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** How many powers of ten lie between two positive numbers. */
export function decades(from: number, to: number): number {
  return ln(to / from) / ln(10);
}

/**
 * The exponent p of the power law y = c·x^p through points: the least-squares slope of ln y against ln x. NaN for one
 * x.
 */
export function logLogSlope(points: readonly Point[]): number {
  const xs = points.map(({ x }) => ln(x));
  const ys = points.map(({ y }) => ln(y));
  const xMean = mean(xs);
  const yMean = mean(ys);
  const covariance = mean(xs.map((x, i) => (x - xMean) * (ys[i] - yMean)));
  return covariance / mean(xs.map((x) => (x - xMean) * (x - xMean)));
}

/** The largest of the slopes of ln y against ln x between neighbouring points, which are given with x increasing. */
export function steepestSlope(points: readonly Point[]): number {
  return Math.max(...points.slice(1).map((point, i) => logLogSlope([points[i], point])));
}

/**
 * The x at which a curve, straight between its points in logarithms, first rises through y = level.
 * @param points with x increasing.
 * @returns undefined if it never does.
 */
export function risesThrough(level: number, points: readonly Point[]): number | undefined {
  const index = points.findIndex(({ y }, i) => i > 0 && points[i - 1].y < level && y >= level);
  const [before, after] = [points[index - 1], points[index]];
  if (before === undefined || after === undefined) return undefined;
  const share = ln(level / before.y) / ln(after.y / before.y);
  return before.x * exp(share * ln(after.x / before.x));
}
