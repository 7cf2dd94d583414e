import type { PositionFieldDef } from 'vega-lite/types_unstable/channeldef.js';

/** How one quantity is laid out along x or y; the field is named by the mark that draws it. */
export type Axis = Pick<PositionFieldDef<string>, 'type' | 'title' | 'scale' | 'axis'>;

/** Share of the data's range that an axis leaves free at either end. */
const MARGIN = 0.04;
/** The same on a logarithmic axis, as a factor. */
const LOG_MARGIN = 1.2;
const FEW_TICKS = 3;

/**
 * A logarithmic axis around values that must be positive, with ticks at powers of ten, and between them if those are
 * few.
 */
export function logAxis(title: string, values: Iterable<number>): Axis {
  const [low, high] = extentOf(values);
  const [from, to] = [low / LOG_MARGIN, high * LOG_MARGIN];
  const exponents = Array.from({ length: 31 }, (_, i) => i - 15);
  const ticksOf = (digits: readonly number[]) =>
    exponents
      .flatMap((exponent) => digits.map((digit) => Number(`${digit}e${exponent}`)))
      .filter((tick) => from <= tick && tick <= to);
  const choices = [[1], [1, 3], [1, 2, 5]].map(ticksOf);
  const ticks = choices.find(({ length }) => length >= FEW_TICKS) ?? choices[choices.length - 1];
  return {
    type: 'quantitative',
    title,
    scale: { type: 'log', domain: [from, to], nice: false },
    axis: { values: ticks, format: '~g' },
  };
}

/** A linear axis around values. */
export function linearAxis(title: string, values: Iterable<number>): Axis {
  const [low, high] = extentOf(values);
  const margin = MARGIN * (high - low || 1);
  return {
    type: 'quantitative',
    title,
    scale: { type: 'linear', domain: [low - margin, high + margin], nice: false, zero: false },
    axis: { tickCount: 5, format: '~f' },
  };
}

/** An axis without title and numbers, for a panel that stands above one with the same axis. */
export function withoutText(axis: Axis): Axis {
  return { ...axis, title: null, axis: { ...axis.axis, labels: false } };
}

function extentOf(values: Iterable<number>): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return [low, high];
}
