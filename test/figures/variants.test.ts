import { describe, expect, test } from 'vitest';
import { BALANCE } from '../../stages/balance.ts';
import chartSampling from '../../stages/chart-sampling.ts';
import chartVariants from '../../stages/chart-variants.ts';
import type { VariantRow } from '../../stages/formats/variant-alignments.ts';
import { runKind } from '../stages/run-kind.ts';
import { drawn } from './drawn.ts';

/** Made-up trainings that grow from a small start; `second` learns next to no signal. */
const rows: VariantRow[] = ['first', 'second'].flatMap((variant) =>
  [0.75, 6.75].flatMap((nsnr2) =>
    [1, 2, 3].flatMap((seed) =>
      [0, 1, 10, 30, 100, 300].map((iteration) => {
        const growth = (1 + iteration) * (1 + seed / 10);
        const signal = variant === 'first' ? nsnr2 * growth : 1e-9;
        return {
          variant,
          snr: Math.sqrt(nsnr2 / 10),
          nsnr2,
          seed,
          iteration,
          signal_max: signal,
          signal_mean: signal / 2,
          noise_max: growth,
          noise_mean: growth / 3,
          loss: -iteration,
        };
      }),
    ),
  ),
);

const caption = { figure: 'Figure A0', setting: 'n = 10', stated: 'none of it', reconstructed: 'all sizes' };
const common = { low: 0.75, high: 6.75 };
const names = { first: 'the first', second: 'the second' };

async function parsed(made: Parameters<typeof drawn>[0]) {
  const { spec, svg } = await drawn(made, caption);
  return { spec: JSON.parse(spec), svg };
}

const figures = {
  dots: (table = rows) =>
    parsed(runKind(chartVariants, { ...common, title: 'Dots', variants: names }, { alignments: [table] })),
  curves: (table = rows) =>
    parsed(
      runKind(chartSampling, { ...common, drawn: names, scheduled: { first: 'the first' } }, { alignments: [table] }),
    ),
};

describe.each(Object.entries(figures))('figure of %s', (_, render) => {
  test('has the same bytes again, and names what it shows', async () => {
    const [first, again] = [await render(), await render()];
    expect(again).toEqual(first);
    expect(first.svg).toContain('the second');
    expect(first.svg).toContain('over 3 seeds');
    expect(first.svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('refuses a variant without a training', async () => {
    const refusal = render(rows.filter(({ variant, nsnr2 }) => variant === 'first' || nsnr2 === 0.75));
    await expect(refusal).rejects.toThrow("no training of 'second' at n·SNR² = 6.75 is among the inputs");
  });
});

test('ratios that are next to nothing are drawn at the edge', async () => {
  const { spec } = await figures.dots();
  expect(spec.datasets.final).toContainEqual({
    line: 'the second',
    color: 'n·SNR² = 0.75',
    mean: 1e-3,
    min: 1e-3,
    max: 1e-3,
    shape: 'circle',
  });
});

test('a training without an early phase is refused', async () => {
  const refusal = figures.dots(rows.filter(({ iteration }) => iteration < 1));
  await expect(refusal).rejects.toThrow('signal and noise learning never became 3 times their start');
});

test('a ratio that still moves is a diamond', async () => {
  const moving = rows.map((row) => (row.iteration < 300 ? row : { ...row, signal_mean: 2 * row.signal_mean }));
  const { spec } = await figures.dots(moving);
  expect(spec.datasets.final.map(({ shape }: { shape: string }) => shape)).toEqual([
    'diamond',
    'diamond',
    'circle',
    'circle',
  ]);
  expect(spec.datasets.early.map(({ shape }: { shape: string }) => shape)).not.toContain('diamond');
});

test('the lines are named once, beside the panel of the early phase', async () => {
  const { svg } = await figures.dots();
  expect(svg.match(/>the first</g)).toHaveLength(1);
});

test('the range that is called balanced is the one that the caption states', async () => {
  const { spec } = await figures.dots();
  const [{ layer }] = spec.concat;
  expect(layer[0].data.values).toEqual([{ from: 1 / BALANCE, to: BALANCE }]);
  expect(spec.description).toContain(`from 1/${BALANCE} to ${BALANCE}, what we call balanced`);
});

test('each panel draws its own table, along an axis that fits it', async () => {
  const growing = rows.map((row) => (row.iteration < 300 ? row : { ...row, signal_mean: 50 * row.signal_mean }));
  const { spec } = await figures.dots(growing);
  const panels = [
    ['(a) Early phase', 'early'],
    ['(b) When training ends', 'final'],
  ];
  panels.forEach(([title, table], i) => {
    const { title: shown, layer } = spec.concat[i];
    const [, bars, dots] = layer;
    expect([shown.text, bars.data.name, dots.data.name]).toEqual([title, table, table]);
    const largest = Math.max(...spec.datasets[table].map(({ max }: { max: number }) => max));
    expect(dots.encoding.x.scale.domain[1]).toBeCloseTo(1.2 * largest, 6);
  });
});
