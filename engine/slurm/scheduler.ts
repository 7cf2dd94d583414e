import { execa } from 'execa';
import { UserError } from '../errors.ts';
import { reached } from '../fault-points.ts';
import type { SlurmOptions } from './options.ts';

/** An element, as Slurm tells of it. The number that Slurm gives a job is no name: it may be given again. */
export interface Sighting {
  readonly batch: string;
  /** The number of the array or job, now. */
  readonly job: string;
  readonly element: number;
  readonly state: string;
}

/** Slurm's answer is awaited so long. */
const TIMEOUT_MS = 60_000;
/** A command line has room for so many names or numbers. */
const CHUNK = 200;
const DEFAULT_MAX_ARRAY_SIZE = 1001;

/** What Slurm said where it did not answer: then nothing is known. */
export interface NoAnswer {
  readonly problem: string;
}

/** What to submit: an array of so many elements, or a job by itself. */
export interface Submission {
  readonly name: string;
  readonly size: number;
  /** The path of what each element runs. */
  readonly script: string;
  /** Where what an element prints goes: in an array, %a stands for its number. */
  readonly output: string;
}

/**
 * Submits an array; for a single element a job by itself, which Slurm starts sooner.
 * @returns undefined, or why it is not known that it was accepted: neither does a failure of `sbatch` say that it was not.
 */
export async function submit(submission: Submission, options: SlurmOptions): Promise<string | undefined> {
  const { name, size, script, output } = submission;
  const { partition, account, qos, time, memory, cpus } = options;
  const chosen = { partition, account, qos, time, mem: memory };
  const flags = Object.entries(chosen).flatMap(([flag, value]) => (value === undefined ? [] : [`--${flag}=${value}`]));
  const args = [
    `--job-name=${name}`,
    ...(size === 1 ? [] : [`--array=0-${size - 1}`]),
    `--cpus-per-task=${cpus}`,
    '--ntasks=1',
    `--output=${output}`,
    '--open-mode=append',
    '--requeue',
    // What is set here has no part in what a node does.
    '--export=PATH',
    ...flags,
    script,
  ];
  const answer = call('sbatch', args);
  reached('slurm:asked');
  const { failed, said } = await answer;
  return failed ? said : undefined;
}

/** The states from which a job does not come back. NODE_FAIL, PREEMPTED, REQUEUED and SUSPENDED are none, nor is a state that is unknown. */
const ENDS = new Set(['BOOT_FAIL', 'CANCELLED', 'COMPLETED', 'DEADLINE', 'FAILED', 'OUT_OF_MEMORY', 'TIMEOUT']);
export function isEnd(state: string): boolean {
  return ENDS.has(state);
}

/** Whether a job that was last in a state, and is gone, is so through no doing of its own or of anybody's. */
export function isLoss(state: string): boolean {
  return !isEnd(state) || state === 'BOOT_FAIL';
}

/**
 * What Slurm knows of some arrays: by the queue and, of elements that are no longer there, by its accounting, which may be off.
 * @param since When the first of them was submitted, in ms.
 * @param signal Ends it.
 */
export async function look(awaited: Awaited, since: number, signal: AbortSignal): Promise<Sighting[] | NoAnswer> {
  const queued: Sighting[] = [];
  for (const names of chunksOf([...awaited.keys()])) {
    const format = '--format=%F %K %T %j';
    const args = ['--noheader', '--array', '--states=all', `--name=${names.join(',')}`, format];
    const answer = await call('squeue', args, signal);
    if (answer.failed) return { problem: answer.said };
    queued.push(...sightingsIn(answer.said, /^(\d+) (\d+|N\/A) (\S+) (\S+)$/, awaited));
  }
  const seen = new Set(queued.map(({ batch, element }) => `${batch} ${element}`));
  const gone = [...awaited].filter(([batch, elements]) => elements.some((element) => !seen.has(`${batch} ${element}`)));
  const ended = await accounted(new Map(gone), since, signal);
  return [...queued, ...ended.filter(({ batch, element }) => !seen.has(`${batch} ${element}`))];
}

/** The elements that are awaited of each array, by its name. */
export type Awaited = ReadonlyMap<string, readonly number[]>;

/** What the accounting says of ends. That it holds a job for alive is no sign of life. */
async function accounted(awaited: Awaited, since: number, signal: AbortSignal): Promise<Sighting[]> {
  const found: Sighting[] = [];
  const start = `--starttime=now-${Math.ceil((Date.now() - since) / 1000) + 3600}seconds`;
  for (const names of chunksOf([...awaited.keys()])) {
    const args = ['--noheader', '--parsable2', '--allocations', `--name=${names.join(',')}`, start];
    const answer = await call('sacct', [...args, '--format=JobID,State,JobName'], signal);
    if (!answer.failed)
      found.push(...sightingsIn(answer.said, /^(\d+)(?:_(\d+|\[.*\]))?\|([A-Z_]+)[^|]*\|([^|]+)$/, awaited));
  }
  return found.filter(({ state }) => isEnd(state));
}

/** A job by itself has no number of an element, nor have elements that were cancelled before they started, told of as one: it stands for all that have no line of their own. */
function sightingsIn(text: string, pattern: RegExp, awaited: Awaited): Sighting[] {
  const lines = text.split('\n').flatMap((line) => {
    const [, job = '', element = '', state = '', batch] = pattern.exec(line.trim()) ?? [];
    return batch === undefined ? [] : [{ batch, job, element, state }];
  });
  const isNumber = (element: string) => /^\d+$/.test(element);
  const own = new Set(lines.map(({ batch, element }) => `${batch} ${element}`));
  return lines.flatMap(({ batch, job, element: label, state }) => {
    const rest = (awaited.get(batch) ?? []).filter((element) => !own.has(`${batch} ${element}`));
    const elements = isNumber(label) ? [Number(label)] : rest;
    return elements.map((element) => ({ batch, job, element, state }));
  });
}

/**
 * Cancels jobs.
 * @throws {UserError} if Slurm refuses it.
 */
export async function cancel(ids: readonly string[]): Promise<void> {
  for (const chunk of chunksOf(ids)) {
    const { failed, said } = await call('scancel', [...chunk]);
    if (failed) throw new UserError(`Slurm has not cancelled the jobs: ${said}`);
  }
}

/**
 * Cancels an array by its name, or some of its elements, that Slurm does not know any more: they may come back. Whether it succeeds says nothing.
 * @param ids empty for the whole array. Not both: of an array that waits, `scancel` takes all if it is given a name as well.
 */
export async function cancelLost(name: string, ids: readonly string[]): Promise<void> {
  for (const args of ids.length === 0 ? [[`--name=${name}`]] : chunksOf(ids)) await call('scancel', args);
}

/**
 * How many elements an array may have, as Slurm is configured.
 * @throws {UserError} if there is no Slurm here, or it does not answer.
 */
export async function maxArraySize(): Promise<number> {
  const { missing, failed, said } = await call('scontrol', ['show', 'config']);
  if (missing) throw new UserError('there is no Slurm here (scontrol is not found): run it where sbatch works');
  if (failed) throw new UserError(`Slurm does not answer: ${said}`);
  return Number(/^MaxArraySize\s*=\s*([1-9]\d*)/m.exec(said)?.[1] ?? DEFAULT_MAX_ARRAY_SIZE);
}

interface Answer {
  readonly failed: boolean;
  readonly missing: boolean;
  readonly said: string;
}

async function call(command: string, args: readonly string[], cancelSignal?: AbortSignal): Promise<Answer> {
  // In a group of its own, and not ended with this process: neither leaves open whether a job is accepted.
  const ending = { detached: true, cleanup: false, timeout: TIMEOUT_MS, reject: false } as const;
  const cancelled = cancelSignal === undefined ? {} : { cancelSignal };
  const answer = await execa(command, args, { ...ending, ...cancelled, stdin: 'ignore', env: { LC_ALL: 'C' } });
  if (!answer.failed) return { failed: false, missing: false, said: answer.stdout };
  const why = answer.timedOut ? `${command} did not answer in time` : answer.shortMessage;
  const said = answer.stderr?.trim() || why || `${command} failed`;
  return { failed: true, missing: answer.code === 'ENOENT', said };
}

function chunksOf(texts: readonly string[]): string[][] {
  const unique = [...new Set(texts)];
  const count = Math.ceil(unique.length / CHUNK);
  return Array.from({ length: count }, (_, i) => unique.slice(i * CHUNK, (i + 1) * CHUNK));
}
