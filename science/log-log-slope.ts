import ln from '@stdlib/math-base-special-ln';

/**
 * The exponent p of the power law y ∝ x^p that fits points best: the least-squares slope of ln y against ln x.
 * @param points of positive numbers, at two or more different x.
 */
export function logLogSlope(points: readonly { readonly x: number; readonly y: number }[]): number {
  const logs = points.map(({ x, y }) => ({ x: ln(x), y: ln(y) }));
  const meanX = logs.reduce((sum, { x }) => sum + x, 0) / logs.length;
  const meanY = logs.reduce((sum, { y }) => sum + y, 0) / logs.length;
  const covariance = logs.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0);
  return covariance / logs.reduce((sum, { x }) => sum + (x - meanX) * (x - meanX), 0);
}
