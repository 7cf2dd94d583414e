import { expect, test } from 'vitest';
import { linearAxis } from '../../stages/figure/axis.ts';
import { plain } from '../../stages/figure/look.ts';
import { bandMarks } from '../../stages/figure/panel.ts';
import { renderFigure } from '../../stages/figure/render.ts';
import { DRAWING } from './drawing.ts';

test('a figure with a number that is not finite is refused', async () => {
  const axis = linearAxis('x', [0, 1]);
  const figure = {
    caption: { title: 'Figure 1. Ratio', text: 'Lines.' },
    columns: 1,
    panels: [{ title: 'a', height: 100, marks: bandMarks('t', axis, axis, plain('red')) }],
    tables: { t: [{ setting: 'n·SNR² = 0.75', x: 1, mean: Number.POSITIVE_INFINITY, min: 0, max: 1 }] },
  };
  await expect(renderFigure(figure, DRAWING)).rejects.toThrow(
    'Figure 1. Ratio: mean is not a finite number where setting = n·SNR² = 0.75, x = 1',
  );
});
