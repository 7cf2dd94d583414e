import type * as v from 'valibot';
import type { captionSchema } from '../../stages/figure/caption.ts';
import figure from '../../stages/figure.ts';
import { type Chart, chartFile } from '../../stages/formats/chart.ts';
import { runKind } from '../stages/run-kind.ts';
import { DRAWING } from './drawing.ts';

/** Draws a chart that a kind has made, as it comes out of its file. */
export async function drawn(made: Promise<{ readonly chart: Chart }>, caption: v.InferInput<typeof captionSchema>) {
  const chart = chartFile.decode(chartFile.encode((await made).chart));
  return runKind(figure, caption, { chart, drawing: DRAWING });
}
