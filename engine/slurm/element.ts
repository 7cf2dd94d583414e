// What an element of a batch runs on its node: its stages, in a pool of workers. Each result is written as soon as it
// is made, so that a front end need not wait for the whole element.

import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import pLimit from 'p-limit';
import { filesOf } from '../decode-input.ts';
import { digestBytes } from '../digest.ts';
import { describeError } from '../errors.ts';
import type { JobResult } from '../executor.ts';
import { statsAt } from '../files.ts';
import { LocalExecutor } from '../local-executor.ts';
import { recall } from '../memory-file.ts';
import { isKnownHere, passesSelfTest } from '../speedup.ts';
import { type ElementWork, elementWorkSchema, type NodeWorkplace } from './element-work.ts';
import { writeResult } from './result-folder.ts';

const STANDARD_OUTPUT = 1;
const [folder = '', element = ''] = process.argv.slice(2);
const { SLURM_JOB_ID: ourJob = '', SLURM_RESTART_COUNT: restarts = '0' } = process.env;
try {
  const { value: work } = recall(join(folder, 'elements', `${element}.json`), elementWorkSchema);
  if (work === undefined) say(`there is nothing to do in ${folder}: it was given up`);
  else if (!isOurs()) say(`another job does element ${element} of ${folder}`);
  else await perform(work);
} catch (error) {
  say(`element ${element} of ${folder} can't go on: ${describeError(error)}`);
  process.exit(1);
}

type Job = ElementWork['jobs'][number];

/** Whether this job is the one that does the element. It still is when Slurm starts it again. */
function isOurs(): boolean {
  const claim = join(folder, 'claims', element);
  try {
    writeFileSync(claim, ourJob, { flag: 'wx' });
    return true;
  } catch (error) {
    if (statsAt(claim) === undefined) throw error;
    return Number(restarts) > 0 && readFileSync(claim, 'utf8') === ourJob;
  }
}

async function perform({ jobs, slots, workplace }: ElementWork): Promise<void> {
  const { script, readable } = workplace;
  const executor = new LocalExecutor(slots, { script, readable, flags: await flagsFor(workplace) });
  const limit = pLimit(slots);
  await Promise.all(jobs.map((job) => limit(() => runOnce(executor, job))));
  await executor.close();
}

async function flagsFor({ speedup }: NodeWorkplace): Promise<string[]> {
  if (speedup === undefined || !isKnownHere(speedup)) return [];
  return (await passesSelfTest(speedup, speedup.selfTest)) ? [speedup.flag] : [];
}

async function runOnce(executor: LocalExecutor, job: Job): Promise<void> {
  const path = join(folder, 'results', job.recipe);
  // Made before Slurm started this job again.
  if (statsAt(path) !== undefined) return;
  say(`run ${job.stage}`);
  const result = checked(job, await executor.run(job, () => {}));
  writeResult(path, job.recipe, result);
  say(`${result.ok ? 'ran' : 'FAILED'} ${job.stage}`);
}

/** The result of a job, if what it has read is what its name says. */
function checked(job: Job, result: JobResult): JobResult {
  if (!result.ok) return result;
  const problem = damagedFile(job);
  if (problem === undefined) return result;
  const message = `${problem} is not what its name says on the node, so the result is not recorded: run it again`;
  return { ok: false, message, log: result.log };
}

/** A file that a job has read and that is not what its name says: a bundle, or an object of the store. */
function damagedFile({ bundle, inputs }: Job): string | undefined {
  if (digestAt(bundle) !== basename(bundle, '.mjs')) return bundle;
  const paths = Object.values(inputs).flatMap((files) => filesOf(files).map(([path]) => path));
  return paths.find((path) => digestAt(path) !== `${basename(dirname(path))}${basename(path)}`);
}

function digestAt(path: string): string | undefined {
  try {
    return digestBytes(readFileSync(path));
  } catch {
    return undefined;
  }
}

/** Slurm keeps what is printed. */
function say(line: string): void {
  writeSync(STANDARD_OUTPUT, `${line}\n`);
}
