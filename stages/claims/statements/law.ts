import { groups } from 'd3-array';
import { StageError } from '../../../engine/kind.ts';
import { logLogSlope } from '../../../science/power-law.ts';
import { isSymmetric, type MeanFieldRow } from '../../formats/mean-field.ts';
import type { Claim } from '../claim.ts';
import { atLeast, atMost, between } from '../criterion.ts';
import { factorFromOne } from '../measures.ts';
import type { Setup } from '../setup.ts';

type Rows = readonly MeanFieldRow[];

/** From this κ on, the theorem's regime. */
const LARGE = 33;
/** Up to this κ, that of the smallest m, the ratio hardly follows n·SNR². */
const SMALL = 0.003;
/** κ of a training is that of the params but for the rounding of its t. */
const ROUNDING = 1e-9;

const shared = { origin: 'extension', group: 'law', source: 'the mean field, derived here; figure A10' } as const;

/** The law of the stationary ratio (paper.md §5): declared before its trainings ran, but for one seed of some. */
export function lawClaims({ low, high, kappas }: Pick<Setup, 'low' | 'high' | 'kappas'>): Claim<Rows>[] {
  const slope = `log-log slope from n·SNR² = ${low} to ${high}`;
  const exponents = (rows: Rows) => exponentsOf(rows, low, high);
  const large = {
    ...shared,
    id: 'law-large',
    statement: `Where κ is ${LARGE} or more, the stationary ratio is proportional to n·SNR², as the theorem says.`,
    statistic: `largest distance of the ${slope} from 1, over κ from ${LARGE} on`,
    criterion: atMost(0.05),
    ofSeed: (rows: Rows) =>
      greatest(
        exponents(rows).flatMap(({ kappa, exponent }) => (kappa > LARGE - ROUNDING ? Math.abs(exponent - 1) : [])),
      ),
  };
  const small = {
    ...shared,
    id: 'law-small',
    statement: `Where κ is ${SMALL} or less, the stationary ratio hardly follows n·SNR².`,
    statistic: `largest ${slope}, over κ up to ${SMALL}`,
    criterion: atMost(0.25),
    ofSeed: (rows: Rows) =>
      greatest(exponents(rows).flatMap(({ kappa, exponent }) => (kappa < SMALL + ROUNDING ? exponent : []))),
  };
  const overlap = {
    ...shared,
    id: 'law-overlap',
    source: `${shared.source}; declared after a look at its data`,
    statement: `Where κ is ${LARGE} or more, what is left is the overlap of the noise patches.`,
    statistic: `largest factor between the final ratio and the mean field by ‖Σξ‖²/Σ‖ξ‖², over κ from ${LARGE} on`,
    criterion: atMost(1.05),
    ofSeed: (rows: Rows) =>
      greatest(
        rows.flatMap(({ kappa, ratio, noise_overlap, ratio_mean_field }) =>
          kappa > LARGE - ROUNDING ? factorFromOne((ratio * noise_overlap) / ratio_mean_field) : [],
        ),
      ),
  };
  return [
    {
      ...shared,
      id: 'law-ratio',
      source: `${shared.source}; declared after a look at its data`,
      statement: 'On average, the stationary ratio is that of the mean field, which has no fitted constant.',
      statistic: 'final ratio of means by the mean field, mean over all n·SNR², κ, m, n and d',
      criterion: between(0.95, 1.05),
      ofSeed: (rows) => mean(rows.map((row) => row.ratio / row.ratio_mean_field)),
    },
    {
      ...shared,
      id: 'law-ratio-each',
      statement: 'The stationary ratio is that of the mean field, in each run.',
      statistic: 'largest factor between the final ratio of means and the mean field, over all n·SNR², κ, m, n and d',
      criterion: atMost(1.1),
      ofSeed: (rows) => greatest(rows.map((row) => factorFromOne(row.ratio / row.ratio_mean_field))),
    },
    {
      ...shared,
      id: 'law-exponent',
      statement: 'The exponent of the stationary ratio is that of the mean field.',
      statistic: `largest distance between the ${slope} of the final ratio and that of the mean field`,
      criterion: atMost(0.05),
      ofSeed: (rows) => greatest(exponents(rows).map(({ exponent, expected }) => Math.abs(exponent - expected))),
    },
    {
      ...shared,
      id: 'law-collapse',
      statement: 'At equal κ and m, other n and d give the same ratio.',
      statistic: 'largest factor between final ratios of means at the same n·SNR², κ and m, over n and d',
      criterion: atMost(1.1),
      ofSeed: (rows) => greatest(collapsed(rows)),
    },
    ...(kappas.some((kappa) => kappa >= LARGE) ? [large, overlap] : []),
    ...(kappas.some((kappa) => kappa <= SMALL) ? [small] : []),
    {
      ...shared,
      id: 'law-neurons',
      statement: 'When training ends, all neurons have the same projections on the patches.',
      statistic: 'least share of ‖W·Xᵀ‖² that is common to all neurons',
      criterion: atLeast(0.95),
      ofSeed: (rows) => Math.min(...rows.map((row) => row.common)),
    },
    {
      ...shared,
      id: 'law-classes',
      statement: 'The neurons of the diffusion model do not tell the classes apart.',
      statistic: `largest mean |⟨w, μ_1⟩ − ⟨w, μ_-1⟩| by mean |⟨w, μ⟩|, over n·SNR² from ${low} on: where signals are weaker, the difference outlasts training`,
      criterion: atMost(0.05),
      ofSeed: (rows) => greatest(rows.flatMap((row) => (row.nsnr2 >= low ? row.class_gap : []))),
    },
    {
      ...shared,
      id: 'law-outside',
      statement: 'The share of the weights outside of the span of the data is that of the mean field.',
      statistic: 'largest distance between the two shares of ‖W‖²',
      criterion: atMost(0.02),
      ofSeed: (rows) => greatest(rows.map((row) => Math.abs(row.outside - row.outside_mean_field))),
    },
  ];
}

/** The runs of Figure 1, which begin near the saddle W = 0: declared after a look at their data. */
export const branchClaims: readonly Claim<Rows>[] = [
  {
    origin: 'extension',
    group: 'syntheticEnds',
    id: 'branch-symmetric',
    source: 'the mean field, derived here; Figures 1 and A10; declared after a look at their data',
    statement: 'Where a run of Figure 1 ends with neurons that are all alike, its ratio is that of the mean field.',
    statistic: 'largest factor between the final ratio of means and the mean field, over such runs of the sweep',
    criterion: atMost(1.1),
    ofSeed: (rows) => greatest(rows.filter(isSymmetric).map((row) => factorFromOne(row.ratio / row.ratio_mean_field))),
  },
  {
    origin: 'extension',
    group: 'syntheticEnds',
    id: 'branch-loss',
    source: 'derived here; Figures 1 and A10; declared after a look at their data',
    statement: 'Some runs of Figure 1 end with one specialised neuron instead, at a lower loss than the mean field.',
    statistic: 'least excess loss by that of the mean field, as the number by which it is deeper, over the sweep',
    criterion: atLeast(1.05),
    ofSeed: (rows) => greatest(rows.map((row) => row.excess_loss / row.excess_loss_mean_field)),
  },
];

/** The exponents of the ratio between two values of n·SNR², and those of the mean field, at each n, d, m and t that has both. */
export function exponentsOf(
  rows: Rows,
  low: number,
  high: number,
): { readonly kappa: number; readonly exponent: number; readonly expected: number }[] {
  const ends = rows.filter(({ nsnr2 }) => nsnr2 === low || nsnr2 === high);
  return groups(ends, ({ n, d, m, t }) => `${n} ${d} ${m} ${t}`)
    .filter(([, run]) => run.length === 2)
    .map(([, run]) => ({
      kappa: run[0].kappa,
      exponent: logLogSlope(run.map((row) => ({ x: row.nsnr2, y: row.ratio }))),
      expected: logLogSlope(run.map((row) => ({ x: row.nsnr2, y: row.ratio_mean_field }))),
    }));
}

/** The factors between the largest and the smallest ratio of the settings that have more than one n and d. */
function collapsed(rows: Rows): number[] {
  return groups(rows, ({ nsnr2, kappa, m }) => `${nsnr2} ${kappa.toPrecision(6)} ${m}`)
    .filter(([, same]) => same.length > 1)
    .map(([, same]) => {
      const ratios = same.map(({ ratio }) => ratio);
      return Math.max(...ratios) / Math.min(...ratios);
    });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The largest value. @throws {StageError} if there is none. */
export function greatest(values: readonly number[]): number {
  if (values.length === 0) throw new StageError('a claim of the law has no training that it is about');
  return Math.max(...values);
}
