import { writeFile } from 'node:fs/promises';
import { type OutputPaths, StageError } from '../../engine/kind.ts';
import { bootstrapMean } from '../../science/bootstrap.ts';
import { randomStream } from '../../science/random.ts';
import { runsOf } from '../figure/rows.ts';
import { alignmentRow } from '../formats/alignments.ts';
import type { claimsDocument, claimsFile, MeasuredClaim } from '../formats/claims.ts';
import { type ConvergenceRow, convergenceRow } from '../formats/convergence.ts';
import { readTable } from '../formats/table.ts';
import { allClaims } from './all-claims.ts';
import type { Claim } from './claim.ts';
import { verdictOf } from './criterion.ts';
import { documentOf } from './document.ts';
import { GROUP_NAMES, type GroupName } from './groups.ts';
import { type SeedRuns, seedsOf } from './seed-runs.ts';
import type { GroupSetup, Setup } from './setup.ts';

/** Of the streams of random numbers that seeds are resampled with; every claim has a stream of its own. */
const BOOTSTRAP_SEED = 1;

/** The trainings of a group, and what they are about. */
interface Group {
  readonly about: string;
  readonly seeds: readonly SeedRuns[];
}

/**
 * Measures every claim about a group that is wired, and writes what came out.
 * @param inputs Paths of the alignment tables of each group, and of the table of convergence.
 * @throws {StageError} if a training that a claim needs is missing, or if its number is not finite.
 */
export async function measureClaims(
  setup: Setup,
  inputs: Readonly<Record<GroupName, readonly string[]>> & { readonly convergence: string },
  outputs: OutputPaths<{ claims: typeof claimsFile; document: typeof claimsDocument }>,
): Promise<void> {
  const groups = new Map<GroupName, Group>();
  const convergence = await readTable([inputs.convergence], convergenceRow);
  for (const name of GROUP_NAMES) {
    const tables = inputs[name];
    if (tables.length > 0) groups.set(name, await readGroup(name, tables, setup.groups[name], convergence));
  }
  const measured = allClaims(setup).flatMap((claim) => {
    const group = groups.get(claim.group);
    return group === undefined ? [] : measure(claim, group);
  });
  await writeFile(outputs.claims, `${JSON.stringify(measured, null, 2)}\n`);
  await writeFile(outputs.document, documentOf(measured));
}

async function readGroup(
  name: GroupName,
  tables: readonly string[],
  setup: GroupSetup | undefined,
  convergence: readonly ConvergenceRow[],
): Promise<Group> {
  if (setup === undefined) throw new StageError(`group '${name}' has tables, but the params do not describe it`);
  const { about, labels } = setup;
  if (labels.length > 0 && labels.length !== tables.length) {
    throw new StageError(`group '${name}' has ${tables.length} tables, but ${labels.length} labels`);
  }
  const runs = await Promise.all(
    tables.map(async (path, i) =>
      runsOf(await readTable([path], alignmentRow)).map((rows) => ({ rows, label: labels[i] ?? {} })),
    ),
  );
  return { about, seeds: seedsOf(name, runs.flat(), convergence) };
}

function measure(claim: Claim, { about, seeds }: Group): MeasuredClaim {
  const { id, statement, source, criterion } = claim;
  const values = seeds.map((runs) => {
    const value = claim.ofSeed(runs);
    if (Number.isFinite(value)) return value;
    throw new StageError(`claim '${id}': the statistic of seed ${runs.seed} is ${value}; it is: ${claim.statistic}`);
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
