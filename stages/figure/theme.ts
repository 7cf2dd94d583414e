import type { Config } from 'vega-lite';

/** The same thing has the same colour in every figure. From the palette of Okabe and Ito, safe for the colour-blind. */
export const COLORS = {
  signal: '#0072B2',
  noise: '#D55E00',
  diffusion: '#009E73',
  classifier: '#B5548B',
  /** Of two values of n·SNR². */
  low: '#56B4E9',
  high: '#C98700',
} as const;

/** Ways of training the same model, the one to compare with first. */
export const SERIES_COLORS = ['#222222', '#009E73', '#E69F00', '#CC79A7'] as const;

/**
 * For curves that differ by something else, in the order of their legend. From Paul Tol's palettes, safe for the
 * colour-blind.
 */
export const SERIES = ['#222222', '#66CCEE', '#4477AA', '#CCBB44', '#EE8866', '#AA4499', '#882255', '#009E73'] as const;

/** Lines that no data drew: a bound, a theory. */
export const REFERENCE_COLOR = '#555555';

export const FONT_FAMILY = 'DejaVu Sans, Verdana, sans-serif';
export const TEXT_COLOR = '#222222';
export const TITLE_SIZE = 10;
/** The smallest text, in CSS pixels: 6.75 points. */
export const LABEL_SIZE = 9;
export const LINE_HEIGHT = 12;

/** Of bands. */
export const AREA_OPACITY = 0.22;

/** What all figures look like. Every choice that Vega would make from the data's text, such as truncation, is off. */
export const THEME: Config = {
  aria: false,
  background: 'white',
  padding: { left: 2, top: 2, right: 6, bottom: 4 },
  font: FONT_FAMILY,
  view: { stroke: '#BBBBBB', strokeWidth: 1 },
  axis: {
    labelColor: TEXT_COLOR,
    labelFontSize: LABEL_SIZE,
    labelLimit: 0,
    titleColor: TEXT_COLOR,
    titleFontSize: TITLE_SIZE,
    titleFontWeight: 'normal',
    titleLimit: 0,
    titlePadding: 4,
    gridColor: '#E8E8E8',
    domain: false,
    tickColor: '#BBBBBB',
    tickSize: 3,
  },
  // Panels below each other begin at the same place, however wide their tick labels are.
  axisY: { minExtent: 30 },
  legend: {
    orient: 'bottom',
    direction: 'horizontal',
    labelColor: TEXT_COLOR,
    labelFontSize: LABEL_SIZE,
    labelLimit: 0,
    symbolSize: 160,
    symbolStrokeWidth: 1.75,
    columnPadding: 8,
    offset: 5,
  },
  title: {
    color: TEXT_COLOR,
    fontSize: TITLE_SIZE,
    fontWeight: 'bold',
    limit: 0,
  },
  line: { strokeWidth: 1.5 },
  area: { opacity: AREA_OPACITY },
  point: { filled: true, size: 18, opacity: 1 },
  text: { color: TEXT_COLOR, fontSize: LABEL_SIZE },
};
