import { bytesFormat } from './bytes.ts';
import { numbersInText, textFormat } from './text.ts';

/** A figure as a picture of pixels. */
export const figurePng = bytesFormat('png', 'png');

/** The caption of a figure, as Markdown. */
export const figureCaption = textFormat('caption', 'md');

/** A figure that Vega draws. */
export const figureOutputs = {
  /** A Vega-Lite specification with its data inline. */
  spec: { ...textFormat('vega-lite', 'vl.json'), numbers: numbersInText },
  /** A picture of lines and text; its text is drawn in DejaVu Sans, or in the reader's own sans-serif font. */
  svg: { ...textFormat('svg', 'svg'), numbers: numbersInText },
  png: figurePng,
  caption: figureCaption,
};
