import { bytesFormat } from './bytes.ts';
import { numbersInText, textFormat } from './text.ts';

/** A figure as the text of a Vega-Lite specification with its data inline. */
export const figureSpec = { ...textFormat('vega-lite', 'vl.json'), numbers: numbersInText };

/** A figure as a picture of lines and text; its text is drawn in DejaVu Sans, or in the reader's own sans-serif font. */
export const figureSvg = { ...textFormat('svg', 'svg'), numbers: numbersInText };

/** A figure as a picture of pixels, two a CSS pixel. */
export const figurePng = bytesFormat('png', 'png');
