import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './poll.ts';

const COMMANDS = ['sbatch', 'squeue', 'sacct', 'scancel', 'scontrol'];

/**
 * What a real Slurm does not do on command. Those of `sbatch` come once, and so do the first and the second absence.
 */
export type Fault =
  | 'sbatch: refuse'
  | 'sbatch: accept and fail'
  | 'sbatch: accept and die'
  | 'sbatch: duplicate'
  | 'sbatch: lose'
  /** As `sbatch: lose`, each time. */
  | 'losing'
  /** Elements are told of as one, as those that are cancelled before they start. */
  | 'unsplit'
  | 'squeue: fail'
  | 'sacct: on'
  | 'scancel: fail'
  /** Nothing starts. */
  | 'hold'
  /** The queue shows nothing. */
  | 'hidden: first'
  | 'hidden: second'
  | 'reuse of numbers'
  | 'foreign'
  | 'max-array-size';

/** An array, as it was submitted. */
export interface FakeJob {
  readonly name: string;
  readonly size: number;
  readonly args: readonly string[];
}

/** Commands by the names of Slurm's, which do as a test wants. */
export class FakeSlurm {
  readonly #folder = realpathSync(mkdtempSync(join(tmpdir(), 'fake-slurm-')));

  constructor() {
    for (const name of ['bin', 'jobs', 'faults']) mkdirSync(this.#path(name));
    const command = join(import.meta.dirname, 'fake-slurm/command.mjs');
    for (const name of COMMANDS) symlinkSync(command, this.#path('bin', name));
  }

  /** What a process must find to reach it. */
  get environment(): Record<string, string> {
    return { PATH: `${this.#path('bin')}:${process.env.PATH}`, FAKE_SLURM: this.#folder };
  }

  add(fault: Fault): void {
    writeFileSync(this.#path('faults', fault), '');
  }

  remove(fault: Fault): void {
    rmSync(this.#path('faults', fault));
  }

  /** All arrays that were accepted. */
  jobs(): FakeJob[] {
    return readdirSync(this.#path('jobs')).map((folder): FakeJob => JSON.parse(this.#read('jobs', folder, 'job.json')));
  }

  /** Has the queue show none of the arrays that were accepted so far. */
  hide(): void {
    for (const folder of readdirSync(this.#path('jobs'))) writeFileSync(this.#path('jobs', folder, 'hidden'), '');
  }

  /** Has Slurm say another state of all elements. */
  setStates(state: string): void {
    for (const folder of readdirSync(this.#path('jobs')))
      for (const element of readdirSync(this.#path('jobs', folder)))
        if (/^\d+$/.test(element)) writeFileSync(this.#path('jobs', folder, element), state);
  }

  /** The states of all elements. */
  states(): string[] {
    return readdirSync(this.#path('jobs')).flatMap((folder) =>
      readdirSync(this.#path('jobs', folder))
        .filter((name) => /^\d+$/.test(name))
        .map((element) => this.#read('jobs', folder, element)),
    );
  }

  /** The calls of a command. */
  calls(command: string): string[] {
    return this.#read('calls')
      .split('\n')
      .filter((line) => line.startsWith(`${command} `));
  }

  /** Waits until a command was called some more times. */
  async untilCalled(command: string, times: number): Promise<void> {
    const before = this.calls(command).length;
    await until(`${times} calls of ${command}`, () => this.calls(command).length >= before + times);
  }

  /** The stages that were started, in order of their names, as often as they were. */
  ran(): string[] {
    return [...this.#read('printed').matchAll(/^run (.*)$/gm)].map(([, stage = '']) => stage).sort();
  }

  /** Has it forget all that it was told. */
  clear(): void {
    for (const name of ['jobs', 'faults', 'calls', 'printed'])
      rmSync(this.#path(name), { recursive: true, force: true });
    for (const name of ['jobs', 'faults']) mkdirSync(this.#path(name));
  }

  destroy(): void {
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #read(...names: readonly string[]): string {
    return existsSync(this.#path(...names)) ? readFileSync(this.#path(...names), 'utf8') : '';
  }

  #path(...names: readonly string[]): string {
    return join(this.#folder, ...names);
  }
}
