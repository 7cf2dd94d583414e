import { groups } from 'd3-array';
import { StageError } from '../../engine/kind.ts';
import { bootstrapMean } from '../../science/bootstrap.ts';
import { randomStream } from '../../science/random.ts';
import { runsOf } from '../figure/rows.ts';
import type { AlignmentRow } from '../formats/alignments.ts';
import type { ByPatchRow } from '../formats/by-patch.ts';
import type { MeasuredClaim } from '../formats/claims.ts';
import type { ClassAlignmentRow } from '../formats/class-alignments.ts';
import type { ConditionalRow } from '../formats/conditional.ts';
import type { CurvatureRow } from '../formats/curvature.ts';
import type { FeatureRow } from '../formats/features.ts';
import type { LatentRow } from '../formats/latent.ts';
import type { MeanFieldRow } from '../formats/mean-field.ts';
import type { VariantRow } from '../formats/variant-alignments.ts';
import { alignmentClaims } from './alignment-claims.ts';
import type { Claim } from './claim.ts';
import { verdictOf } from './criterion.ts';
import {
  ALIGNMENT_GROUPS,
  CLASS_GROUPS,
  CONDITIONAL_GROUPS,
  CURVATURE_GROUPS,
  FEATURE_GROUPS,
  type GroupName,
  LATENT_GROUPS,
  LAW_GROUPS,
  PATCH_GROUPS,
  VARIANT_GROUPS,
} from './groups.ts';
import type { ClaimInputs } from './inputs.ts';
import { bySeed, type Run, RunsOfSeed, SeedRuns } from './seed-runs.ts';
import type { Setup } from './setup.ts';
import { curvatureClaims } from './statements/curvature.ts';
import { conditionalClaims, featureClaims, latentClaims } from './statements/extensions.ts';
import { byPatchClaims } from './statements/figure-3.ts';
import { denoisingClaims } from './statements/figure-5.ts';
import { branchClaims, lawClaims } from './statements/law.ts';
import { sizesClaims } from './statements/sizes.ts';
import { type ClassRuns, tenDigitsClaims } from './statements/ten-digits.ts';
import { type VariantRuns, variantClaims } from './statements/variants.ts';

/** Of the streams of random numbers that seeds are resampled with; every claim has a stream of its own. */
const BOOTSTRAP_SEED = 1;

/** How trainings come out of what is wired, an element of a group at a time. */
interface Source<Element, Row, Runs> {
  /** The trainings of an element, each at least one row. */
  runsOf(element: Element): readonly Run<Row>[];
  /** The trainings of a seed as claims look at them. */
  ofSeed(group: GroupName, seed: number, runs: readonly Run<Row>[]): Runs;
}

/** The trainings of a group by seed, and what they are about. */
interface Group<Runs> {
  readonly about: string;
  readonly seeds: readonly { readonly seed: number; readonly runs: Runs }[];
}

type LabelledTraining = ClaimInputs['times'][number];

/**
 * Measures every claim about a group that is wired.
 * @throws {StageError} if a training that a claim needs is missing, or if its number is not finite.
 */
export function measureClaims(setup: Setup, inputs: ClaimInputs): MeasuredClaim[] {
  const alignments: Source<readonly AlignmentRow[] | LabelledTraining, AlignmentRow, SeedRuns> = {
    runsOf: (element) => ('record' in element ? labelledRuns(element) : runsOf(element).map(unlabelled)),
    ofSeed: (group, seed, runs) => new SeedRuns(group, seed, runs, inputs.convergence),
  };
  const measureOver = <Name extends GroupName, Element, Row extends { readonly seed: number }, Runs>(
    names: readonly Name[],
    wired: Readonly<Record<Name, readonly NoInfer<Element>[]>>,
    source: Source<Element, Row, Runs>,
    claims: readonly Claim<Runs>[],
  ) => {
    const found = new Map<GroupName, Group<Runs>>();
    for (const name of names) {
      if (wired[name].length > 0) found.set(name, groupOf(name, wired[name], setup, source));
    }
    return claims.flatMap((claim) => {
      const group = found.get(claim.group);
      return group === undefined ? [] : measure(claim, group);
    });
  };
  return [
    ...measureOver(ALIGNMENT_GROUPS, inputs, alignments, alignmentClaims(setup, inputs)),
    ...measureOver(VARIANT_GROUPS, inputs, variants, variantClaims(setup.variants)),
    ...measureOver(LAW_GROUPS, inputs, endStates, [
      ...lawClaims(setup),
      ...branchClaims,
      ...denoisingClaims(setup.low, setup.high),
      ...sizesClaims(setup.low, setup.high),
    ]),
    ...measureOver(PATCH_GROUPS, inputs, byPatch, byPatchClaims),
    ...measureOver(FEATURE_GROUPS, inputs, features, featureClaims(setup.high)),
    ...measureOver(CONDITIONAL_GROUPS, inputs, conditional, conditionalClaims),
    ...measureOver(LATENT_GROUPS, inputs, latent, latentClaims(setup.low, setup.high)),
    ...measureOver(CURVATURE_GROUPS, inputs, curvatures, curvatureClaims(setup.low, setup.high)),
    ...measureOver(CLASS_GROUPS, inputs, classes, tenDigitsClaims(classesOf(inputs))),
  ];
}

const variants: Source<readonly VariantRow[], VariantRow, VariantRuns> = {
  runsOf: (table) =>
    groups(table, ({ variant, nsnr2, seed }) => `${variant} ${nsnr2} ${seed}`).map(([, rows]) => unlabelled(rows)),
  ofSeed: (group, seed, runs) => new RunsOfSeed(group, seed, runs),
};

const endStates = rowsOfSeed<MeanFieldRow>();

const curvatures = rowsOfSeed<CurvatureRow>();

const byPatch = rowsOfSeed<ByPatchRow>();

const features = rowsOfSeed<FeatureRow>();

const conditional = rowsOfSeed<ConditionalRow>();

const latent = rowsOfSeed<LatentRow>();

/** Tables with a row a training. */
function rowsOfSeed<Row extends { readonly seed: number }>(): Source<readonly Row[], Row, readonly Row[]> {
  return {
    runsOf: (table) => table.map((row) => unlabelled([row])),
    ofSeed: (_group, _seed, runs) => runs.flatMap(({ rows }) => rows),
  };
}

const classes: Source<readonly ClassAlignmentRow[], ClassAlignmentRow, ClassRuns> = {
  runsOf: (table) =>
    groups(table, ({ model, nsnr2, seed }) => `${model} ${nsnr2} ${seed}`).map(([, rows]) => unlabelled(rows)),
  ofSeed: (group, seed, runs) => new RunsOfSeed(group, seed, runs),
};

/** Number of classes of the data with more than two. */
function classesOf({ tenDigits, tenDigitsHigh }: ClaimInputs): number {
  return new Set([...tenDigits, ...tenDigitsHigh].flat().map((row) => row.class)).size;
}

function unlabelled<Row>(rows: readonly Row[]): Run<Row> {
  return { rows, label: {} };
}

/** The rows of a training, labelled with the time of its record. */
function labelledRuns({ record, alignments }: LabelledTraining): Run[] {
  const { model, setting } = record;
  return runsOf(alignments).map((rows) => {
    const [row] = rows;
    if (row.model !== model || row.nsnr2 !== setting.nsnr2 || row.seed !== setting.seed) {
      throw new StageError(
        `the record of the ${model} model at n·SNR² = ${setting.nsnr2}, seed ${setting.seed}, is wired with the table of ` +
          `the ${row.model} model at n·SNR² = ${row.nsnr2}, seed ${row.seed}`,
      );
    }
    return { rows, label: record.model === 'diffusion' ? { t: record.t } : {} };
  });
}

function groupOf<Element, Row extends { readonly seed: number }, Runs>(
  name: GroupName,
  elements: readonly Element[],
  setup: Setup,
  source: Source<Element, Row, Runs>,
): Group<Runs> {
  const about = setup.groups[name]?.about;
  if (about === undefined) throw new StageError(`group '${name}' has tables, but the params do not describe it`);
  const runs = elements.flatMap((element) => source.runsOf(element));
  return { about, seeds: bySeed(runs).map(({ seed, runs }) => ({ seed, runs: source.ofSeed(name, seed, runs) })) };
}

function measure<Runs>(claim: Claim<Runs>, { about, seeds }: Group<Runs>): MeasuredClaim {
  const { id, origin, statement, source, criterion } = claim;
  const values = seeds.map(({ seed, runs }) => {
    const value = claim.ofSeed(runs);
    if (Number.isFinite(value)) return value;
    throw new StageError(`claim '${id}': the statistic of seed ${seed} is ${value}; it is: ${claim.statistic}`);
  });
  const { estimate, interval } = bootstrapMean(values, randomStream(BOOTSTRAP_SEED, `claims/${id}`));
  return {
    id,
    origin,
    statement,
    source,
    statistic: `${claim.statistic}; mean over ${seeds.length} seeds, ${about}`,
    estimate,
    interval,
    criterion: criterion.text,
    verdict: verdictOf(interval, criterion),
  };
}
