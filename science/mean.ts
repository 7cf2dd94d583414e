/** The arithmetic mean; NaN of no values. Unlike that of d3 it passes over no NaN, which must not hide a 0/0. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
