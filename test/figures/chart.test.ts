import { expect, test } from 'vitest';
import { linearAxis } from '../../stages/figure/axis.ts';
import { plain } from '../../stages/figure/look.ts';
import { bandMarks } from '../../stages/figure/panel.ts';
import { chartFile } from '../../stages/formats/chart.ts';

test('a chart with a number that is not finite is refused', () => {
  const axis = linearAxis('x', [0, 1]);
  const chart = {
    title: 'Ratio',
    shows: 'Lines.',
    columns: 1,
    panels: [{ title: 'a', height: 100, marks: bandMarks('t', axis, axis, plain('red')) }],
    tables: { t: [{ setting: 'n·SNR² = 0.75', x: 1, mean: Number.POSITIVE_INFINITY, min: 0, max: 1 }] },
  };
  expect(() => chartFile.encode(chart)).toThrow(
    'Ratio: mean is not a finite number where setting = n·SNR² = 0.75, x = 1',
  );
});

test('what is no chart is refused', () => {
  for (const text of ['{', '{"title": "Ratio"}'])
    expect(() => chartFile.decode(new TextEncoder().encode(text))).toThrow('it is not a chart: ');
});
