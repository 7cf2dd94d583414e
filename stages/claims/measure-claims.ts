import { writeFile } from 'node:fs/promises';
import { type OutputPaths, StageError } from '../../engine/kind.ts';
import { bootstrapMean } from '../../science/bootstrap.ts';
import { groupsOf } from '../../science/groups.ts';
import { randomStream } from '../../science/random.ts';
import { runsOf } from '../figure/rows.ts';
import { type AlignmentRow, alignmentRow } from '../formats/alignments.ts';
import type { claimsDocument, claimsFile, MeasuredClaim } from '../formats/claims.ts';
import { type ClassAlignmentRow, classAlignmentRow } from '../formats/class-alignments.ts';
import { convergenceRow } from '../formats/convergence.ts';
import { readTable } from '../formats/table.ts';
import { type VariantRow, variantRow } from '../formats/variant-alignments.ts';
import { alignmentClaims } from './alignment-claims.ts';
import type { Claim } from './claim.ts';
import { verdictOf } from './criterion.ts';
import { documentOf } from './document.ts';
import { ALIGNMENT_GROUPS, CLASS_GROUPS, type GroupName, VARIANT_GROUPS } from './groups.ts';
import { bySeed, type Run, RunsOfSeed, SeedRuns } from './seed-runs.ts';
import type { GroupSetup, Setup } from './setup.ts';
import { type ClassRuns, tenDigitsClaims } from './statements/ten-digits.ts';
import { type VariantRuns, variantClaims } from './statements/variants.ts';

/** Of the streams of random numbers that seeds are resampled with; every claim has a stream of its own. */
const BOOTSTRAP_SEED = 1;

/** A kind of table of trainings. */
interface Source<Row, Runs> {
  /** The trainings in a table, each at least one row. */
  read(path: string): Promise<readonly (readonly Row[])[]>;
  /** The trainings of a seed as claims look at them. */
  ofSeed(group: GroupName, seed: number, runs: readonly Run<Row>[]): Runs;
}

/** The trainings of a group by seed, and what they are about. */
interface Group<Runs> {
  readonly about: string;
  readonly seeds: readonly { readonly seed: number; readonly runs: Runs }[];
}

/**
 * Measures every claim about a group that is wired, and writes what came out.
 * @param inputs Paths of the tables of each group, and of the table of convergence.
 * @throws {StageError} if a training that a claim needs is missing, or if its number is not finite.
 */
export async function measureClaims(
  setup: Setup,
  inputs: Readonly<Record<GroupName, readonly string[]>> & { readonly convergence: string },
  outputs: OutputPaths<{ claims: typeof claimsFile; document: typeof claimsDocument }>,
): Promise<void> {
  const convergence = await readTable([inputs.convergence], convergenceRow);
  const alignments: Source<AlignmentRow, SeedRuns> = {
    read: async (path) => runsOf(await readTable([path], alignmentRow)),
    ofSeed: (group, seed, runs) => new SeedRuns(group, seed, runs, convergence),
  };
  const measureOver = async <Row extends { readonly seed: number }, Runs>(
    names: readonly GroupName[],
    source: Source<Row, Runs>,
    claims: readonly Claim<Runs>[],
  ) => {
    const wired = names.filter((name) => inputs[name].length > 0);
    const groups = new Map(
      await Promise.all(
        wired.map(async (name) => [name, await readGroup(name, inputs[name], setup.groups[name], source)] as const),
      ),
    );
    return claims.flatMap((claim) => {
      const group = groups.get(claim.group);
      return group === undefined ? [] : measure(claim, group);
    });
  };
  const measured = [
    ...(await measureOver(ALIGNMENT_GROUPS, alignments, alignmentClaims(setup))),
    ...(await measureOver(VARIANT_GROUPS, variants, variantClaims(setup.variants))),
    ...(await measureOver(CLASS_GROUPS, classes, tenDigitsClaims)),
  ];
  await writeFile(outputs.claims, `${JSON.stringify(measured, null, 2)}\n`);
  await writeFile(outputs.document, documentOf(measured));
}

const variants: Source<VariantRow, VariantRuns> = {
  read: async (path) =>
    groupsOf(await readTable([path], variantRow), ({ variant, nsnr2, seed }) => `${variant} ${nsnr2} ${seed}`),
  ofSeed: (group, seed, runs) => new RunsOfSeed(group, seed, runs),
};

const classes: Source<ClassAlignmentRow, ClassRuns> = {
  read: async (path) =>
    groupsOf(await readTable([path], classAlignmentRow), ({ model, nsnr2, seed }) => `${model} ${nsnr2} ${seed}`),
  ofSeed: (group, seed, runs) => new RunsOfSeed(group, seed, runs),
};

async function readGroup<Row extends { readonly seed: number }, Runs>(
  name: GroupName,
  tables: readonly string[],
  setup: GroupSetup | undefined,
  source: Source<Row, Runs>,
): Promise<Group<Runs>> {
  if (setup === undefined) throw new StageError(`group '${name}' has tables, but the params do not describe it`);
  const { about, labels } = setup;
  if (labels.length > 0 && labels.length !== tables.length) {
    throw new StageError(`group '${name}' has ${tables.length} tables, but ${labels.length} labels`);
  }
  const runs = await Promise.all(
    tables.map(async (path, i) => (await source.read(path)).map((rows) => ({ rows, label: labels[i] ?? {} }))),
  );
  const seeds = bySeed(runs.flat()).map(({ seed, runs }) => ({ seed, runs: source.ofSeed(name, seed, runs) }));
  return { about, seeds };
}

function measure<Runs>(claim: Claim<Runs>, { about, seeds }: Group<Runs>): MeasuredClaim {
  const { id, statement, source, criterion } = claim;
  const values = seeds.map(({ seed, runs }) => {
    const value = claim.ofSeed(runs);
    if (Number.isFinite(value)) return value;
    throw new StageError(`claim '${id}': the statistic of seed ${seed} is ${value}; it is: ${claim.statistic}`);
  });
  const { estimate, interval } = bootstrapMean(values, randomStream(BOOTSTRAP_SEED, `claims/${id}`));
  return {
    id,
    statement,
    source,
    statistic: `${claim.statistic}; mean over ${seeds.length} seeds, ${about}`,
    estimate,
    interval,
    criterion: criterion.text,
    verdict: verdictOf(interval, criterion),
  };
}
