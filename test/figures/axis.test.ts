import { expect, test } from 'vitest';
import { linearAxis, logAxis } from '../../stages/figure/axis.ts';

test('a logarithmic axis has ticks at powers of ten, and between them if those are few', () => {
  expect(logAxis('x', [0.002, 40]).axis).toMatchObject({ values: [0.01, 0.1, 1, 10] });
  expect(logAxis('x', [0.1, 30]).axis).toMatchObject({ values: [0.1, 1, 10] });
  expect(logAxis('x', [0.4, 12]).axis).toMatchObject({ values: [1, 3, 10] });
  expect(logAxis('x', [0.4, 5]).axis).toMatchObject({ values: [0.5, 1, 2, 5] });
});

test('axes leave room around their values', () => {
  expect(logAxis('x', [12, 1]).scale).toMatchObject({ domain: [1 / 1.2, 12 * 1.2] });
  expect(linearAxis('x', [-10, 0]).scale).toMatchObject({ domain: [-10.4, 0.4] });
  expect(linearAxis('x', [1, 1]).scale).toMatchObject({ domain: [0.96, 1.04] });
});
