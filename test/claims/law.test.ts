import { describe, expect, it } from 'vitest';
import claims from '../../stages/claims.ts';
import type { MeanFieldRow } from '../../stages/formats/mean-field.ts';
import { runKind } from '../stages/run-kind.ts';
import { SETTINGS, UNWIRED } from './wiring.ts';

/** Runs that are the mean field at two κ and two sizes, but for what a test changes. */
function runs(change: (row: MeanFieldRow) => Partial<MeanFieldRow> = () => ({})): MeanFieldRow[] {
  return [1, 2, 3].flatMap((seed) =>
    [
      { n: 30, t: 0.05, kappa: 0.003, high: 1.25 },
      { n: 30, t: 3.5, kappa: 33, high: 8.8 },
      { n: 100, t: 3.1, kappa: 33 * (1 + 1e-15), high: 8.8 },
    ].flatMap(({ high, ...size }) =>
      [SETTINGS.low, SETTINGS.high].map((nsnr2) => {
        const ratio = nsnr2 === SETTINGS.low ? 1 : high;
        const row = {
          ...{ ...size, d: 1000, m: 20, nsnr2, seed, iterations: 100, stopped_by: 'stationary' as const },
          ...{
            ratio,
            excess_loss: -8,
            common: 1,
            outside: 0.8,
            class_gap: 0,
            noise_overlap: 1,
            test_signal: -1,
            test_noise: 1,
          },
          ...{ ratio_mean_field: ratio, excess_loss_mean_field: -8, outside_mean_field: 0.8 },
        };
        return { ...row, ...change(row) };
      }),
    ),
  );
}

async function verdicts(law: readonly MeanFieldRow[], nearSaddle = law, kappas = SETTINGS.kappas) {
  const about = { about: 'n = 30' };
  const params = { ...SETTINGS, kappas, groups: { law: about, syntheticEnds: about } };
  const { claims: list } = await runKind(claims, params, { ...UNWIRED, law: [law], syntheticEnds: [nearSaddle] });
  return Object.fromEntries(list.map(({ id, verdict }) => [id, verdict]));
}

const HOLDING = {
  'law-ratio': 'holds',
  'law-ratio-each': 'holds',
  'law-exponent': 'holds',
  'law-collapse': 'holds',
  'law-large': 'holds',
  'law-overlap': 'holds',
  'law-small': 'holds',
  'law-neurons': 'holds',
  'law-classes': 'holds',
  'law-outside': 'holds',
  'branch-symmetric': 'holds',
  'branch-loss': 'does not hold',
  'low-diffusion-test-signal': 'holds',
  'low-diffusion-test-noise': 'does not hold',
  'high-diffusion-test-signal': 'holds',
  'high-diffusion-test-noise': 'does not hold',
};

describe('the claims of the law', () => {
  it('hold of runs that are the mean field', async () => {
    expect(await verdicts(runs())).toEqual(HOLDING);
  });

  it.each<[string, Parameters<typeof runs>[0], Readonly<Record<string, string>>]>([
    [
      'each ratio a fifth larger',
      ({ ratio }) => ({ ratio: 1.2 * ratio }),
      {
        'law-ratio': 'does not hold',
        'law-ratio-each': 'does not hold',
        'law-overlap': 'does not hold',
        'branch-symmetric': 'does not hold',
      },
    ],
    [
      'each ratio a fifth larger, by the overlap',
      ({ ratio, kappa }) => (kappa > 1 ? { ratio: 1.2 * ratio, noise_overlap: 1 / 1.2 } : {}),
      { 'law-ratio': 'does not hold', 'law-ratio-each': 'does not hold', 'branch-symmetric': 'does not hold' },
    ],
    [
      'one size of another ratio',
      ({ n, ratio }) => (n === 100 ? { ratio: ratio / 1.12 } : {}),
      {
        'law-ratio-each': 'does not hold',
        'law-collapse': 'does not hold',
        'law-overlap': 'does not hold',
        'branch-symmetric': 'does not hold',
      },
    ],
    [
      'no law at large κ',
      ({ kappa, nsnr2, ratio }) =>
        kappa > 1 && nsnr2 > 1 ? { ratio: ratio / 1.25, ratio_mean_field: ratio / 1.25 } : {},
      { 'law-large': 'does not hold' },
    ],
    [
      'a law at small κ',
      ({ kappa, nsnr2 }) => (kappa < 1 && nsnr2 > 1 ? { ratio: 9, ratio_mean_field: 9 } : {}),
      { 'law-small': 'does not hold' },
    ],
    [
      'another exponent',
      ({ nsnr2, ratio }) => (nsnr2 > 1 ? { ratio_mean_field: 1.15 * ratio } : {}),
      {
        'law-ratio': 'does not hold',
        'law-ratio-each': 'does not hold',
        'law-exponent': 'does not hold',
        'law-overlap': 'does not hold',
        'branch-symmetric': 'does not hold',
      },
    ],
    [
      'a specialised neuron',
      () => ({ common: 0.9, excess_loss: -9 }),
      { 'law-neurons': 'does not hold', 'branch-loss': 'holds' },
    ],
    ['neurons that tell the classes', () => ({ class_gap: 0.1 }), { 'law-classes': 'does not hold' }],
    ['weights in the span', () => ({ outside: 0.7 }), { 'law-outside': 'does not hold' }],
  ])('fall with %s', async (_, change, fallen) => {
    const nearSaddle = runs(change).map((row) => ({ ...row, common: 1 }));
    expect(await verdicts(runs(change), nearSaddle)).toEqual({ ...HOLDING, ...fallen });
  });

  it('leave out the ends of κ that no training has', async () => {
    expect(await verdicts(runs(), runs(), [0.3])).toEqual(
      Object.fromEntries(
        Object.entries(HOLDING).filter(([id]) => !['law-large', 'law-overlap', 'law-small'].includes(id)),
      ),
    );
  });
});

describe('the claims about other sizes', () => {
  const verdictsOf = async (rows: readonly MeanFieldRow[]) => {
    const params = { ...SETTINGS, groups: { sizes: { about: 'each n and d' } } };
    const { claims: list } = await runKind(claims, params, { ...UNWIRED, sizes: [rows] });
    return Object.fromEntries(list.map(({ id, verdict }) => [id, verdict]));
  };

  it('hold of runs that are the mean field, one of them where κ is large', async () => {
    expect(await verdictsOf(runs())).toEqual({ 'sizes-slope': 'holds', 'sizes-exponent': 'holds' });
  });

  it('fall with exponents that are small, or not those of the mean field', async () => {
    const small = runs().filter(({ kappa }) => kappa < 1);
    expect(await verdictsOf(small)).toEqual({ 'sizes-slope': 'does not hold', 'sizes-exponent': 'holds' });
    const others = runs(({ n, nsnr2, ratio }) => (n === 100 && nsnr2 > 1 ? { ratio_mean_field: 1.15 * ratio } : {}));
    expect(await verdictsOf(others)).toEqual({ 'sizes-slope': 'holds', 'sizes-exponent': 'does not hold' });
  });

  it('ask nothing of the mean field where one neuron is ahead of the others', async () => {
    const other = runs(({ n, nsnr2, ratio }) => (n === 100 && nsnr2 > 1 ? { common: 0.9, ratio: 2 * ratio } : {}));
    expect(await verdictsOf(other)).toEqual({ 'sizes-slope': 'holds', 'sizes-exponent': 'holds' });
  });
});
