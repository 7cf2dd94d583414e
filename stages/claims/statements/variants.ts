import { EARLY_JOINT_GROWTH, earlyJointRatio } from '../../../science/early-phase.ts';
import { BALANCE } from '../../balance.ts';
import { type Ratio, ratioOf } from '../../figure/variants.ts';
import type { VariantRow } from '../../formats/variant-alignments.ts';
import type { Claim } from '../claim.ts';
import { atLeast, atMost } from '../criterion.ts';
import { factorFromOne, requirePositive } from '../measures.ts';
import type { RunsOfSeed } from '../seed-runs.ts';
import type { Setup } from '../setup.ts';

export type VariantRuns = RunsOfSeed<VariantRow>;

/** How much drawing noise may change a ratio. */
const UNCHANGED = 1.2;
/** From low to high n·SNR², a ratio that turns from noise to signal. */
const TURNED = 100;

/** Trainings that draw, and the same with the exact expectation. */
const DRAWN = {
  'diffusion/draws=5': 'diffusion/exact',
  'diffusion/draws=1': 'diffusion/exact',
  'diffusion/mini-batches': 'diffusion/exact',
  'diffusion/schedule-drawn': 'diffusion/schedule-exact',
};

const DIFFUSION = ['diffusion/draws=1', 'diffusion/relu', 'diffusion/cubic', 'diffusion/untied', 'diffusion/deep'];
const CLASSIFIERS = ['classifier/clean', 'classifier/relu', 'classifier/cubic', 'classifier/untied', 'classifier/deep'];

const OBJECTIVES = ['flow-matching', 'denoising-autoencoder', 'autoencoder', 'variational-autoencoder'];
const NARROW = OBJECTIVES.map((objective) => `${objective}/narrow`);
const WIDE = OBJECTIVES.map((objective) => `${objective}/wide`);

const EARLY = `mean signal by mean noise learning where the sum of the two is ${EARLY_JOINT_GROWTH} times its start`;
const FINAL = { mean: 'mean signal by mean noise learning', max: 'signal by noise learning' };

const sampling = {
  origin: 'extension',
  group: 'variants',
  source: 'our extension, Figure A6; declared after a look at its data',
} as const;
/** At low and high n·SNR², networks-balance would pass a ratio in proportion to n·SNR²: so it is tested at the ends. */
const networks = {
  origin: 'extension',
  group: 'variants',
  source: 'our extension, Figure A8; declared after a look at its data',
} as const;
const objectives = {
  origin: 'reviewers',
  group: 'variants',
  source: 'the paper’s reviewers ask for other objectives, Figure A9; declared after a look at its data',
} as const;

/** Whether what the paper finds is a matter of sampling, of the network or of the objective (figures A6, A8 and A9). */
export function variantClaims({ low, high, ends }: Setup['variants']): Claim<VariantRuns>[] {
  const both = [low, high];
  const growth = (ratioAt: (nsnr2: number) => number) => ratioAt(high) / ratioAt(low);
  return [
    {
      ...sampling,
      id: 'sampling-early',
      statement:
        'Drawing noise, mini-batches or times in every step leaves the diffusion model’s early ratio as it is.',
      statistic:
        `largest factor between the early ratio and that of the exact expectation, over the ways to draw and n·SNR² of ` +
        `${both.join(' and ')}; the ratio: ${EARLY}`,
      criterion: atMost(UNCHANGED),
      ofSeed: (runs) => largestChange(both, (variant, nsnr2) => earlyRatio(runs, variant, nsnr2)),
    },
    samplingFinal('sampling-mean', 'mean', both),
    samplingFinal('sampling-max', 'max', both),
    networksBalance('networks-balance', 'mean', ends),
    networksBalance('networks-balance-max', 'max', ends),
    {
      ...networks,
      id: 'networks-classifier',
      statement: 'The classifier turns from noise to signal as n·SNR² grows, whatever its network.',
      statistic: `final ratio of means at n·SNR² = ${high} by that at ${low}, smallest over networks`,
      criterion: atLeast(TURNED),
      ofSeed: (runs) =>
        Math.min(...CLASSIFIERS.map((variant) => growth((nsnr2) => finalRatio(runs, variant, nsnr2, 'mean')))),
    },
    {
      ...networks,
      id: 'networks-early',
      statement: 'Early in training, the diffusion model’s ratio is larger where n·SNR² is, whatever its network.',
      statistic: `early ratio at n·SNR² = ${high} by that at ${low}, smallest over networks; the ratio: ${EARLY}`,
      criterion: atLeast(2),
      ofSeed: (runs) => Math.min(...DIFFUSION.map((variant) => growth((nsnr2) => earlyRatio(runs, variant, nsnr2)))),
    },
    {
      ...objectives,
      id: 'noise-input',
      statement:
        'The classifier turns from noise to signal as n·SNR² grows, also when its input is noised as that of diffusion.',
      statistic: `final ratio of means at n·SNR² = ${high} by that at ${low}`,
      criterion: atLeast(TURNED),
      ofSeed: (runs) => growth((nsnr2) => finalRatio(runs, 'classifier/noised', nsnr2, 'mean')),
    },
    {
      ...objectives,
      id: 'objectives-early',
      statement: `At n·SNR² = ${low}, flow matching and autoencoders follow the noise early in training.`,
      statistic: `early ratio, largest over the four objectives; the ratio: ${EARLY}`,
      criterion: atMost(0.2),
      ofSeed: (runs) => Math.max(...NARROW.map((variant) => earlyRatio(runs, variant, low))),
    },
    objectivesFinal('objectives-final-narrow', 'mean', NARROW, low),
    objectivesFinal('objectives-final-wide', 'mean', WIDE, low),
    objectivesFinal('objectives-final-wide-max', 'max', WIDE, low),
  ];
}

function samplingFinal(id: string, ratio: Ratio, settings: readonly number[]): Claim<VariantRuns> {
  return {
    ...sampling,
    id,
    statement: `Drawing noise, mini-batches or times in every step leaves the diffusion model’s final ratio${ofMeans(ratio)} as it is.`,
    statistic:
      `largest factor between the final ratio and that of the exact expectation, over the ways to draw and n·SNR² of ` +
      `${settings.join(' and ')}; the ratio: ${FINAL[ratio]}`,
    criterion: atMost(UNCHANGED),
    ofSeed: (runs) => largestChange(settings, (variant, nsnr2) => finalRatio(runs, variant, nsnr2, ratio)),
  };
}

function networksBalance(id: string, ratio: Ratio, settings: readonly number[]): Claim<VariantRuns> {
  return {
    ...networks,
    id,
    statement: `The diffusion model learns signal and noise in balance, whatever its network: its final ratio${ofMeans(ratio)} is within [1/${BALANCE}, ${BALANCE}].`,
    statistic:
      `largest factor between the final ratio and 1, over networks and n·SNR² of ${settings.join(' and ')}; the ratio: ` +
      FINAL[ratio],
    criterion: atMost(BALANCE),
    ofSeed: (runs) =>
      Math.max(
        ...DIFFUSION.flatMap((variant) =>
          settings.map((nsnr2) => factorFromOne(finalRatio(runs, variant, nsnr2, ratio))),
        ),
      ),
  };
}

function objectivesFinal(id: string, ratio: Ratio, variants: readonly string[], low: number): Claim<VariantRuns> {
  const network = variants === WIDE ? 'a wide network' : 'the narrow network';
  return {
    ...objectives,
    id,
    statement: `At n·SNR² = ${low}, flow matching and autoencoders on ${network} end with noise learning dominant${ratio === 'mean' ? ', by the means' : ''}.`,
    statistic: `final ratio, largest over the four objectives; the ratio: ${FINAL[ratio]}`,
    criterion: { ...atMost(1 / BALANCE), text: `at most 1/${BALANCE}` },
    ofSeed: (runs) => Math.max(...variants.map((variant) => finalRatio(runs, variant, low, ratio))),
  };
}

/** The largest factor, whichever way, between a ratio with draws and without. */
function largestChange(settings: readonly number[], ratioAt: (variant: string, nsnr2: number) => number): number {
  const changes = Object.entries(DRAWN).flatMap(([drawn, exact]) =>
    settings.map((nsnr2) => factorFromOne(ratioAt(drawn, nsnr2) / ratioAt(exact, nsnr2))),
  );
  return Math.max(...changes);
}

/** @throws {StageError} naming the training if it never leaves the early phase, or if the ratio is not positive and finite. */
function earlyRatio(runs: VariantRuns, variant: string, nsnr2: number): number {
  const learned = runs.at({ variant, nsnr2 }).map((row) => ({ signal: row.signal_mean, noise: row.noise_mean }));
  return requirePositive(
    earlyJointRatio(learned) ?? Number.NaN,
    `the early ratio of '${variant}' at n·SNR² = ${nsnr2}, seed ${runs.seed},`,
  );
}

/** @throws {StageError} naming the training if the ratio is not positive and finite. */
function finalRatio(runs: VariantRuns, variant: string, nsnr2: number, ratio: Ratio): number {
  const rows = runs.at({ variant, nsnr2 });
  return requirePositive(
    ratioOf(rows[rows.length - 1], ratio),
    `the final ratio (${ratio}) of '${variant}' at n·SNR² = ${nsnr2}, seed ${runs.seed},`,
  );
}

function ofMeans(ratio: Ratio): string {
  return ratio === 'mean' ? ' of means' : '';
}
