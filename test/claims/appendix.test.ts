import { describe, expect, it } from 'vitest';
import { StageError } from '../../engine/kind.ts';
import claims from '../../stages/claims.ts';
import type { MeasuredClaim } from '../../stages/formats/claims.ts';
import type { ClassAlignmentRow } from '../../stages/formats/class-alignments.ts';
import type { VariantRow } from '../../stages/formats/variant-alignments.ts';
import { runKind } from '../stages/run-kind.ts';
import { SETTINGS, UNWIRED } from './wiring.ts';

/** What a test wires, a table a group. */
interface Wiring {
  readonly variants?: readonly VariantRow[];
  readonly tenDigits?: readonly ClassAlignmentRow[];
  readonly tenDigitsHigh?: readonly ClassAlignmentRow[];
}

async function measured(wiring: Wiring): Promise<Record<string, MeasuredClaim>> {
  const tables = Object.fromEntries(Object.entries(wiring).map(([name, table]) => [name, [table]]));
  const about = { about: 'n = 10' };
  const params = { ...SETTINGS, groups: { variants: about, tenDigits: about, tenDigitsHigh: about } };
  const { claims: list } = await runKind(claims, params, { ...UNWIRED, ...tables });
  return Object.fromEntries(list.map((claim) => [claim.id, claim]));
}

/** Ratios at low and high n·SNR²; those of maxima are twice those of means. */
const RATIOS = {
  'diffusion/exact': [1, 2],
  'diffusion/draws=5': [1.1, 2],
  'diffusion/draws=1': [1, 1.6],
  'diffusion/mini-batches': [1, 2],
  'diffusion/schedule-exact': [0.5, 2],
  'diffusion/schedule-drawn': [0.5, 2],
  'diffusion/relu': [0.4, 1],
  'diffusion/cubic': [1, 2],
  'diffusion/untied': [1, 2],
  'diffusion/deep': [1, 2],
  'classifier/clean': [0.01, 10],
  'classifier/noised': [0.1, 2],
  'classifier/relu': [0.01, 10],
  'classifier/cubic': [0.01, 2],
  'classifier/untied': [0.01, 10],
  'classifier/deep': [0.01, 10],
  'flow-matching/narrow': [0.15, 1],
  'denoising-autoencoder/narrow': [0.1, 1],
  'autoencoder/narrow': [0.1, 1],
  'variational-autoencoder/narrow': [1e-18, 1e-18],
  'flow-matching/wide': [0.3, 1],
  'denoising-autoencoder/wide': [0.1, 1],
  'autoencoder/wide': [0.1, 1],
  'variational-autoencoder/wide': [1e-18, 1e-18],
};

/** Every variant of the figures with its ratio at every iteration. */
const VARIANTS: VariantRow[] = Object.entries(RATIOS).flatMap(([variant, ratios]) =>
  ratios.flatMap((ratio, i) =>
    [1, 2].flatMap((seed) =>
      [0, 10, 100].map((iteration) => {
        const noise = (1 + iteration) * seed;
        return {
          variant,
          snr: 0.3,
          nsnr2: [0.75, 6.75][i],
          seed,
          iteration,
          signal_max: 4 * ratio * noise,
          signal_mean: ratio * noise,
          noise_max: 2 * noise,
          noise_mean: noise,
          loss: -iteration,
        };
      }),
    ),
  ),
);

describe('claims about variants', async () => {
  const found = await measured({ variants: VARIANTS });

  it('have the estimate that the rows give, and are about both seeds', () => {
    expect(Object.entries(found).map(([id, { estimate }]) => [id, Number(estimate.toPrecision(12))])).toEqual([
      ['sampling-early', 1.25],
      ['sampling-mean', 1.25],
      ['sampling-max', 1.25],
      ['networks-balance', 2],
      ['networks-balance-max', 4],
      ['networks-classifier', 200],
      ['networks-early', 1.6],
      ['noise-input', 20],
      ['objectives-early', 0.15],
      ['objectives-final-narrow', 0.15],
      ['objectives-final-wide', 0.3],
      ['objectives-final-wide-max', 0.6],
    ]);
    expect(found['objectives-final-wide']).toMatchObject({ criterion: 'at most 1/3', verdict: 'holds' });
    expect(found['sampling-mean']).toMatchObject({ verdict: 'does not hold' });
    expect(found['noise-input'].statistic).toMatch(/mean over 2 seeds, n = 10$/);
  });

  const changed = (variant: string, change: Partial<VariantRow>) =>
    VARIANTS.map((row) =>
      row.variant === variant && row.nsnr2 === 6.75 && row.seed === 2 ? { ...row, ...change } : row,
    );

  it.each([
    ['infinite', { noise_mean: 0 }, 'Infinity'],
    ['zero', { signal_mean: 0 }, '0'],
    ['not a number', { signal_mean: 0, noise_mean: 0 }, 'NaN'],
  ])('name a ratio that is %s', async (_, change, value) => {
    const refusal = measured({ variants: changed('classifier/deep', change) });
    await expect(refusal).rejects.toThrow(StageError);
    await expect(refusal).rejects.toThrow(
      `the final ratio (mean) of 'classifier/deep' at n·SNR² = 6.75, seed 2, is ${value}`,
    );
  });

  it('name a training that never leaves the early phase', async () => {
    await expect(measured({ variants: changed('diffusion/relu', { signal_mean: 1, noise_mean: 1 }) })).rejects.toThrow(
      "the early ratio of 'diffusion/relu' at n·SNR² = 6.75, seed 2, is NaN",
    );
  });

  it('name a training that is not there', async () => {
    const isOne = ({ variant, nsnr2, seed }: VariantRow) =>
      variant === 'autoencoder/wide' && nsnr2 === 0.75 && seed === 2;
    await expect(measured({ variants: VARIANTS.filter((row) => !isOne(row)) })).rejects.toThrow(
      "group 'variants' has no training at seed 2, variant = autoencoder/wide, nsnr2 = 0.75",
    );
  });
});

describe('claims about ten digits', () => {
  /** Two classes, of which one learns the signal at the end as strongly as the other, by a factor. */
  const digits = (signal: number, factor: number): ClassAlignmentRow[] =>
    (['classifier', 'diffusion'] as const).flatMap((model) =>
      [0, 100].flatMap((iteration) =>
        [0, 1].map((label) => ({
          model,
          dataset: 'noisy-mnist' as const,
          snr: 0.1,
          nsnr2: 1,
          seed: 1,
          iteration,
          class: label,
          signal_max: iteration === 0 ? 1 : signal * (label === 0 ? 1 : factor),
          signal_mean: 1,
          noise_max: 1,
          noise_mean: 1,
        })),
      ),
    );

  it('are about the class that least satisfies them when training ends', async () => {
    const found = await measured({ tenDigits: digits(0.1, 2), tenDigitsHigh: digits(10, 4) });
    expect(Object.entries(found).map(([id, { estimate, verdict }]) => [id, estimate, verdict])).toEqual([
      ['digits-classifier-noise', expect.closeTo(5, 12), 'holds'],
      ['digits-diffusion-signals', expect.closeTo(2, 12), 'holds'],
      ['digits-high-classifier-signal', expect.closeTo(10, 12), 'holds'],
      ['digits-high-diffusion-signals', expect.closeTo(4, 12), 'does not hold'],
    ]);
    for (const { statement } of Object.values(found)) expect(statement).toMatch(/^On two digits at /);
  });

  it('name a class that learns nothing', async () => {
    await expect(measured({ tenDigits: digits(0.1, 0) })).rejects.toThrow(
      'noise_max / signal_max of class 1 in the classifier model, seed 1 is Infinity',
    );
  });
});
