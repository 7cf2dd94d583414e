import { StageError } from '../../../engine/kind.ts';
import type { ConditionalRow } from '../../formats/conditional.ts';
import type { FeatureRow } from '../../formats/features.ts';
import type { LatentRow } from '../../formats/latent.ts';
import type { Claim } from '../claim.ts';
import { atLeast, atMost, between } from '../criterion.ts';
import { factorFromOne } from '../measures.ts';

const shared = { origin: 'extension' } as const;
const prototype = 'our extension; declared after a look at one seed';
const encoder =
  'our extension; what the encoder keeps decides it: noise is orthogonal to the signals, so codes of the other kind are 0';

/** The share of samples with the rare feature that the claims are about: the nearest to it that there is. */
const A_THIRD = 1 / 3;

/** The abstract's "comprehensive" and "easy-to-learn", on an easy and a rare feature (figure A12). */
export function featureClaims(high: number): Claim<readonly FeatureRow[]>[] {
  const about = `at n·SNR² = ${high}`;
  return [
    ...comparison('features', `On synthetic data ${about}`, prototype, (rows) =>
      rows.filter(({ nsnr2 }) => nsnr2 === high),
    ),
    ...comparison(
      'letters',
      'On Noisy-MNIST at high SNR~, with letters as the rare feature',
      'our extension; declared after a look at whole letters, which showed nothing, and at one seed',
      (rows) => [...rows],
    ),
  ];
}

function comparison(
  group: 'features' | 'letters',
  where: string,
  declared: string,
  meant: (rows: readonly FeatureRow[]) => FeatureRow[],
): Claim<readonly FeatureRow[]>[] {
  const models = [
    { model: 'diffusion', does: 'the diffusion model learns a rare feature, too', criterion: atLeast(0.5) },
    { model: 'classifier', does: 'the classifier prefers the easy feature to a rare one', criterion: atMost(0.1) },
  ] as const;
  return models.map(({ model, does, criterion }) => ({
    ...shared,
    group,
    id: `${group}-${model}`,
    statement: `${where}, ${does}.`,
    source: `abstract, more comprehensive representations and easy-to-learn components; ${declared}`,
    statistic:
      'mean |⟨w, ν⟩| of the rare feature by mean |⟨w, μ⟩| of the easy one, where nearly a third of the samples have it',
    criterion,
    ofSeed(rows) {
      const found = meant(rows).filter((row) => row.model === model);
      const distance = ({ share }: FeatureRow) => Math.abs(share - A_THIRD);
      return first(found.toSorted((a, b) => distance(a) - distance(b))).rare;
    },
  }));
}

/** What a condition changes (figure A13). */
export const conditionalClaims: readonly Claim<readonly ConditionalRow[]>[] = [
  {
    ...shared,
    group: 'conditional',
    id: 'conditional-early',
    statement: 'To tell the diffusion model the class leaves its early ratio as it is.',
    source: prototype,
    statistic: 'largest factor between the early ratios with a condition and without, over conditions and n·SNR²',
    criterion: atMost(1.1),
    ofSeed: (rows) => largestFactor(rows, ['bias', 'own neurons'], ({ ratio_early }) => ratio_early),
  },
  {
    ...shared,
    group: 'conditional',
    id: 'conditional-own',
    statement: 'Neurons of each class’s own follow the mean field at κ/2.',
    source: 'the mean field, derived here; declared after a look at one seed',
    statistic: 'largest factor between the final ratio and the mean field, over n·SNR²',
    criterion: atMost(1.1),
    ofSeed: (rows) =>
      Math.max(
        ...of(rows, 'own neurons').map((row) => factorFromOne(row.ratio / (row.ratio_mean_field ?? Number.NaN))),
      ),
  },
  {
    ...shared,
    group: 'conditional',
    id: 'conditional-own-classes',
    statement: 'Neurons of each class’s own tell the classes apart.',
    source: prototype,
    statistic: 'least mean |⟨w, μ_1⟩ − ⟨w, μ_-1⟩| by mean |⟨w, μ⟩|, over n·SNR²',
    criterion: atLeast(0.5),
    ofSeed: (rows) => Math.min(...of(rows, 'own neurons').map((row) => row.class_gap)),
  },
  {
    ...shared,
    group: 'conditional',
    id: 'conditional-bias-classes',
    statement: 'With a bias for each class, neurons still do not tell the classes apart.',
    source: prototype,
    statistic: 'largest mean |⟨w, μ_1⟩ − ⟨w, μ_-1⟩| by mean |⟨w, μ⟩|, over n·SNR²',
    criterion: atMost(0.05),
    ofSeed: (rows) => Math.max(...of(rows, 'bias').map((row) => row.class_gap)),
  },
  {
    ...shared,
    group: 'conditional',
    id: 'conditional-bias-balance',
    statement: 'With a bias for each class, signal and noise learning end equal, whatever n·SNR².',
    source: prototype,
    statistic: 'largest factor between the ratio when training ends, stationary or not, and 1, over n·SNR²',
    criterion: atMost(1.05),
    ofSeed: (rows) => Math.max(...of(rows, 'bias').map((row) => factorFromOne(row.ratio))),
  },
];

/** What an encoder changes (figure A14). */
export function latentClaims(low: number, high: number): Claim<readonly LatentRow[]>[] {
  const fewest = (rows: readonly LatentRow[], nsnr2: number) => {
    const k = Math.min(...rows.map((row) => row.k));
    return first(rows.filter((row) => row.k === k && row.nsnr2 === nsnr2)).signal_share;
  };
  const few = [
    { name: 'low', nsnr2: low, learns: 'noise', criterion: atMost(0.05) },
    { name: 'high', nsnr2: high, learns: 'signal', criterion: atLeast(0.95) },
  ];
  return [
    ...few.map(({ name, nsnr2, learns, criterion }) => ({
      ...shared,
      group: 'latent' as const,
      id: `latent-few-${name}`,
      statement: `An encoder to few dimensions brings a transition: at n·SNR² = ${nsnr2}, the diffusion model learns ${learns} alone.`,
      source: encoder,
      statistic: 'mean signal learning by that and mean noise learning, in the fewest dimensions',
      criterion,
      ofSeed: (rows: readonly LatentRow[]) => fewest(rows, nsnr2),
    })),
    {
      ...shared,
      group: 'latent',
      id: 'latent-many',
      statement: 'In as many dimensions as there are patches, signal and noise learning are balanced.',
      source: prototype,
      statistic:
        'mean signal learning by that and mean noise learning when training ends, stationary or not, in the most dimensions; the farthest from 1/2 over n·SNR²',
      criterion: between(0.25, 0.75),
      ofSeed(rows) {
        const k = Math.max(...rows.map((row) => row.k));
        const shares = rows.filter((row) => row.k === k).map((row) => row.signal_share);
        return first(shares.toSorted((a, b) => Math.abs(b - 0.5) - Math.abs(a - 0.5)));
      },
    },
  ];
}

function of(rows: readonly ConditionalRow[], condition: ConditionalRow['condition']): ConditionalRow[] {
  return rows.filter((row) => row.condition === condition);
}

function largestFactor(
  rows: readonly ConditionalRow[],
  conditions: readonly ConditionalRow['condition'][],
  ratioOf: (row: ConditionalRow) => number,
): number {
  const factors = conditions.flatMap((condition) =>
    of(rows, condition).map((row) => {
      const without = first(of(rows, 'none').filter(({ nsnr2 }) => nsnr2 === row.nsnr2));
      return factorFromOne(ratioOf(row) / ratioOf(without));
    }),
  );
  return Math.max(...factors);
}

/** @throws {StageError} if there is none. */
function first<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new StageError('a claim about an extension has no training that it is about');
  return row;
}
