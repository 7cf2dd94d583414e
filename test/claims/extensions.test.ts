import { expect, it } from 'vitest';
import claims from '../../stages/claims.ts';
import type { ConditionalRow } from '../../stages/formats/conditional.ts';
import type { FeatureRow } from '../../stages/formats/features.ts';
import type { LatentRow } from '../../stages/formats/latent.ts';
import { runKind } from '../stages/run-kind.ts';
import { SETTINGS, UNWIRED } from './wiring.ts';

interface Tables {
  readonly features: readonly FeatureRow[];
  readonly conditional: readonly ConditionalRow[];
  readonly latent: readonly LatentRow[];
}

const stopped_by = 'stationary' as const;

const features = (diffusion: number, classifier: number): FeatureRow[] =>
  [1, 2].flatMap((seed) =>
    [0.1, 0.3, 1].flatMap((share) =>
      [SETTINGS.low, SETTINGS.high].flatMap((nsnr2) => [
        {
          model: 'diffusion' as const,
          nsnr2,
          share,
          seed,
          rare: share === 0.3 && nsnr2 > 1 ? diffusion : 99,
          stopped_by,
        },
        {
          model: 'classifier' as const,
          nsnr2,
          share,
          seed,
          rare: share === 0.3 && nsnr2 > 1 ? classifier : 99,
          stopped_by,
        },
      ]),
    ),
  );

const conditional = (change: (row: ConditionalRow) => Partial<ConditionalRow> = () => ({})): ConditionalRow[] =>
  [1, 2].flatMap((seed) =>
    (['none', 'bias', 'own neurons'] as const).flatMap((condition) =>
      [1, 3].map((nsnr2) => {
        const ratio = condition === 'bias' ? 1 : 1.2;
        const class_gap = condition === 'own neurons' ? 1 : 0;
        const ratio_mean_field = condition === 'bias' ? undefined : 1.2;
        const row = { condition, nsnr2, seed, ratio_early: nsnr2 / 2, ratio, class_gap, ratio_mean_field, stopped_by };
        return { ...row, ...change(row) };
      }),
    ),
  );

const latent = (low: number, high: number, many: number): LatentRow[] =>
  [1, 2].flatMap((seed) => [
    { k: 2, nsnr2: SETTINGS.low, seed, signal_share: low, stopped_by },
    { k: 2, nsnr2: SETTINGS.high, seed, signal_share: high, stopped_by },
    { k: 32, nsnr2: SETTINGS.low, seed, signal_share: 0.5, stopped_by },
    { k: 32, nsnr2: SETTINGS.high, seed, signal_share: many, stopped_by },
  ]);

async function verdicts(tables: Partial<Tables>) {
  const given: Tables = {
    features: features(0.8, 0.05),
    conditional: conditional(),
    latent: latent(0, 1, 0.4),
    ...tables,
  };
  const about = { about: 'n = 30' };
  const groups = { features: about, letters: about, conditional: about, latent: about };
  const letters = given.features.filter(({ nsnr2 }) => nsnr2 === SETTINGS.high);
  const wired = {
    features: [given.features],
    letters: [letters],
    conditional: [given.conditional],
    latent: [given.latent],
  };
  const { claims: list } = await runKind(claims, { ...SETTINGS, groups }, { ...UNWIRED, ...wired });
  expect(list).toHaveLength(12);
  return list.filter(({ verdict }) => verdict !== 'holds').map(({ id }) => id);
}

it('the claims about extensions hold of what they say', async () => {
  expect(await verdicts({})).toEqual([]);
});

it.each<[string, Partial<Tables>, string[]]>([
  [
    'a diffusion model that leaves the rare feature',
    { features: features(0.2, 0.05) },
    ['features-diffusion', 'letters-diffusion'],
  ],
  ['a classifier that learns it', { features: features(0.8, 0.4) }, ['features-classifier', 'letters-classifier']],
  [
    'another early ratio',
    { conditional: conditional(({ condition }) => (condition === 'bias' ? { ratio_early: 3 } : {})) },
    ['conditional-early'],
  ],
  [
    'another mean field',
    { conditional: conditional(({ condition }) => (condition === 'own neurons' ? { ratio: 1.5 } : {})) },
    ['conditional-own'],
  ],
  [
    'neurons that are alike',
    { conditional: conditional(() => ({ class_gap: 0.2 })) },
    ['conditional-own-classes', 'conditional-bias-classes'],
  ],
  [
    'an unbalanced bias',
    { conditional: conditional(({ condition }) => (condition === 'bias' ? { ratio: 1.2 } : {})) },
    ['conditional-bias-balance'],
  ],
  ['an encoder that keeps signals', { latent: latent(0.5, 0.5, 0.4) }, ['latent-few-low', 'latent-few-high']],
  ['an encoder that keeps nothing but signals', { latent: latent(0, 1, 0.9) }, ['latent-many']],
])('they fall with %s', async (_, tables, fallen) => {
  expect(await verdicts(tables)).toEqual(fallen);
});
