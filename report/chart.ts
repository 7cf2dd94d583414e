import { ln } from '../science/special-functions.ts';
import { svgElement } from './dom.ts';

/** A point of a chart; both coordinates are positive. */
export type Point = readonly [x: number, y: number];

/** A line or dots of a chart. */
export interface Series {
  /** Empty: not in the legend. */
  readonly name: string;
  readonly color: string;
  readonly points: readonly Point[];
  readonly look: 'line' | 'dashed' | 'dots' | 'faint dots';
}

const WIDTH = 420;
const HEIGHT = 260;
const MARGIN = { left: 52, right: 10, top: 26, bottom: 36 } as const;
const FAINT = 0.3;

/** Draws series on logarithmic axes. @param reach how far the first axis reaches at least. */
export function logChart(
  title: string,
  [xTitle, yTitle]: readonly [string, string],
  series: readonly Series[],
  reach = 1,
): SVGElement {
  const shown = series.map((each) => ({ ...each, points: each.points.filter(([x, y]) => x > 0 && y > 0) }));
  const all = shown.flatMap(({ points }) => points);
  const x = axis([reach, ...all.map(([value]) => value)], MARGIN.left, WIDTH - MARGIN.right);
  const y = axis(
    all.map(([, value]) => value),
    HEIGHT - MARGIN.bottom,
    MARGIN.top,
  );
  const marks = shown.flatMap(({ points, color, look }) => {
    if (look === 'dots' || look === 'faint dots') {
      const opacity = look === 'dots' ? 1 : FAINT;
      return points.map(([px, py]) => svgElement('circle', { cx: x.at(px), cy: y.at(py), r: 4, fill: color, opacity }));
    }
    const d = points
      .map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${x.at(px).toFixed(1)},${y.at(py).toFixed(1)}`)
      .join('');
    const dash = look === 'dashed' ? { 'stroke-dasharray': '5 3' } : {};
    return [svgElement('path', { d, fill: 'none', stroke: color, 'stroke-width': 1.8, ...dash })];
  });
  const named = shown.filter(({ name }) => name !== '');
  const legend = svgElement(
    'text',
    { x: MARGIN.left, y: MARGIN.top - 8, class: 'legend' },
    ...named.map(({ name, color }, i) => svgElement('tspan', { fill: color, dx: i === 0 ? 0 : 12 }, name)),
  );
  const ticks = [
    ...x.ticks.flatMap((value) => [
      svgElement('line', {
        x1: x.at(value),
        x2: x.at(value),
        y1: MARGIN.top,
        y2: HEIGHT - MARGIN.bottom,
        class: 'grid',
      }),
      svgElement('text', { x: x.at(value), y: HEIGHT - MARGIN.bottom + 14, 'text-anchor': 'middle' }, label(value)),
    ]),
    ...y.ticks.flatMap((value) => [
      svgElement('line', {
        x1: MARGIN.left,
        x2: WIDTH - MARGIN.right,
        y1: y.at(value),
        y2: y.at(value),
        class: 'grid',
      }),
      svgElement('text', { x: MARGIN.left - 6, y: y.at(value) + 4, 'text-anchor': 'end' }, label(value)),
    ]),
  ];
  return svgElement(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: 'chart', role: 'img', 'aria-label': title },
    ...ticks,
    ...marks,
    legend,
    svgElement('text', { x: (MARGIN.left + WIDTH) / 2, y: HEIGHT - 6, 'text-anchor': 'middle' }, xTitle),
    svgElement('text', { transform: `translate(12,${HEIGHT / 2}) rotate(-90)`, 'text-anchor': 'middle' }, yTitle),
  );
}

/** A logarithmic axis around values, from one place to another, with ticks at powers of ten. */
function axis(values: readonly number[], from: number, to: number) {
  const low = log10(Math.min(...values, 1) / 1.15);
  const high = log10(Math.max(...values, 1) * 1.15);
  const exponents = Array.from({ length: Math.floor(high) - Math.ceil(low) + 1 }, (_, i) => Math.ceil(low) + i);
  const every = Math.ceil(exponents.length / 6);
  return {
    at: (value: number) => from + ((log10(value) - low) / (high - low)) * (to - from),
    ticks: exponents.filter((_, i) => i % every === 0).map((exponent) => Number(`1e${exponent}`)),
  };
}

function log10(value: number): number {
  return ln(value) / ln(10);
}

function label(value: number): string {
  return value >= 1e-3 && value < 1e4 ? String(value) : value.toExponential(0).replace('e+', 'e');
}
