import { execa } from 'execa';
import { UserError } from '../errors.ts';
import { reached } from '../fault-points.ts';
import type { SlurmOptions } from './options.ts';

/** An element, as Slurm tells of it. */
export interface Sighting {
  readonly batch: string;
  /** The number that the array or job has now. It is no name, as Slurm may give it again. */
  readonly job: string;
  readonly element: number;
  readonly state: string;
}

/** How long an answer of Slurm is awaited. */
const TIMEOUT_MS = 60_000;
/** How many names or numbers a command line has room for. */
const CHUNK = 200;
const DEFAULT_MAX_ARRAY_SIZE = 1001;

/** Slurm did not answer, so nothing is known. The problem is what its command said. */
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
 * @returns undefined if it was accepted, else what `sbatch` said. It may have been accepted all the same.
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
    // What else is set here must have no part in what a node does.
    '--export=PATH',
    ...flags,
    script,
  ];
  const answer = call('sbatch', args);
  reached('slurm:asked');
  const { failed, said } = await answer;
  return failed ? said : undefined;
}

const ENDS = new Set(['BOOT_FAIL', 'CANCELLED', 'COMPLETED', 'DEADLINE', 'FAILED', 'OUT_OF_MEMORY', 'TIMEOUT']);

/**
 * Whether a job does not come back from a state. From NODE_FAIL, PREEMPTED, REQUEUED and SUSPENDED it may, and from a
 * state that is not known here.
 */
export function isEnd(state: string): boolean {
  return ENDS.has(state);
}

/** Whether Slurm has lost a job that was last in a state and is gone: neither the job nor anybody else has ended it. */
export function isLoss(state: string): boolean {
  return !isEnd(state) || state === 'BOOT_FAIL';
}

/**
 * What Slurm knows of some elements: by its queue, and of those that are no longer there by its accounting, which may
 * be off.
 * @param since When the first of their arrays was submitted, in ms.
 * @param signal Ends the question.
 */
export async function look(
  awaited: ElementsByName,
  since: number,
  signal: AbortSignal,
): Promise<Sighting[] | NoAnswer> {
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

/** Elements of arrays, by the names of the arrays. */
export type ElementsByName = ReadonlyMap<string, readonly number[]>;

/** The ends that the accounting tells of. Where it says that a job is alive, it may only not know better. */
async function accounted(awaited: ElementsByName, since: number, signal: AbortSignal): Promise<Sighting[]> {
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

/**
 * The elements that a text tells of, a job a line. A line without the number of an element stands for all awaited
 * elements that have no line of their own: it is of a job by itself, or of all elements that were cancelled before they
 * started.
 * @param pattern A line: its groups are the number of the job, the element, the state and the name of the array.
 */
function sightingsIn(text: string, pattern: RegExp, awaited: ElementsByName): Sighting[] {
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
 * Cancels elements that Slurm may not know any more, in case it comes to know them again. Failing is no news: then it
 * does not know them.
 * @param name The name of their array.
 * @param ids What Slurm calls them; empty for the whole array. The name is not given with them, as of an array that
 * waits `scancel` would then take all.
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
