import { defineKind } from '../engine/kind.ts';
import { captionOf, captionSchema } from './figure/caption.ts';
import { drawingInputs } from './figure/drawing.ts';
import { renderFigure } from './figure/render.ts';
import { chartFile } from './formats/chart.ts';
import { figureOutputs } from './formats/figure.ts';

/** A chart, drawn by Vega, with its caption. */
export default defineKind({
  name: 'figure',
  module: import.meta.url,
  light: true,
  params: captionSchema,
  inputs: { chart: chartFile, drawing: drawingInputs },
  outputs: figureOutputs,
  run({ params, inputs: { chart, drawing } }) {
    return renderFigure(chart, captionOf(params, chart.title, chart.shows), drawing);
  },
});
