import { expect, test } from 'vitest';
import { coloredBy } from '../../stages/figure/look.ts';

test.each([
  [['a', 'b', 'c'], undefined],
  [['a', 'b', 'c', 'd'], 3],
])('a legend of %j stands in columns where it has more than three names', (names, columns) => {
  const { area, line } = coloredBy('curve', Object.fromEntries(names.map((name) => [name, 'red'])));
  expect(area.color).toHaveProperty('scale.domain', names);
  // Vega merges the legends of colour and dash into one only if they are alike.
  for (const channel of [area.color, line.color, line.strokeDash]) {
    if (columns === undefined) expect(channel).not.toHaveProperty('legend.columns');
    else expect(channel).toHaveProperty('legend.columns', columns);
  }
});
