import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test as base } from 'vitest';
import type { Event, Summary } from '../../engine/events.ts';
import { until } from './poll.ts';
import { type Ended, StartedProcess } from './started-process.ts';

const checkout = join(import.meta.dirname, '../..');

/** No snapshot trusts what has changed within this time. */
const AT_REST_MS = 2050;

/** What became of one start of the command line. */
export interface Outcome {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of standard output that are JSON. */
  readonly events: readonly Event[];
  /** The last event, if it is a summary. */
  readonly summary: Summary | undefined;
  /** The stages that were at work since the last outcome, by their own account, in order of their names. */
  readonly ran: readonly string[];
}

/** The command line, while it runs. */
export interface Started extends Pick<StartedProcess, 'pid' | 'untilSays' | 'untilSaysNext'> {
  /** What became of it, when it has ended. */
  outcome(): Promise<Outcome>;
}

/** A test with a project of its own. */
export const test = base.extend<{ project: Project }>({
  // biome-ignore lint/correctness/noEmptyPattern: this is how Vitest knows that the project needs nothing else
  project: async ({}, use) => {
    const project = new Project();
    await use(project);
    await project.remove();
  },
});

/** What may happen to a stage in its work. */
export type Mishap =
  | 'chatter'
  | 'defect'
  | 'stage error'
  | 'exit'
  | 'abort'
  | 'full memory'
  | 'much memory'
  | 'unhandled rejection'
  | 'undeclared output'
  | 'omitted output'
  | 'noise on the channel'
  | 'a message without sense'
  | 'another text each time'
  | 'endless wait'
  | 'late timer'
  | 'late write';

/** A copy of the engine and the command line with a small pipeline, in a folder of the running test's own. */
export class Project {
  readonly root = newRoot();
  /** The folder by which a test tells stages what to do, and stages tell what they do. */
  readonly #controls = realpathSync(mkdtempSync(join(tmpdir(), 'pipeline-test-controls-')));
  readonly #started: StartedProcess[] = [];
  /** How many lines of what stages say of themselves earlier outcomes have told. */
  #read = 0;

  /** @param pipeline The folder of a small pipeline. */
  constructor(pipeline: 'words' | 'sweep' = 'words') {
    const folder = join(import.meta.dirname, pipeline);
    for (const name of ['engine', 'cli', 'package.json', 'package-lock.json']) {
      cpSync(join(checkout, name), this.path(name), { recursive: true });
    }
    symlinkSync(join(checkout, 'node_modules'), this.path('node_modules'));
    for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (path.endsWith('.ts')) this.write(path, inProject(readFileSync(join(folder, path), 'utf8')));
    }
  }

  path(file: string): string {
    return join(this.root, file);
  }

  has(file: string): boolean {
    return existsSync(this.path(file));
  }

  read(file: string): string {
    return readFileSync(this.path(file), 'utf8');
  }

  write(file: string, text: string): void {
    const path = this.path(file);
    mkdirSync(dirname(path), { recursive: true });
    if (existsSync(path)) chmodSync(path, 0o644);
    writeFileSync(path, text);
  }

  /** Replaces a text that a file must have. */
  edit(file: string, from: string, to: string): void {
    const text = this.read(file);
    if (!text.includes(from)) throw new Error(`${file} does not have '${from}'`);
    this.write(
      file,
      text.replace(from, () => to),
    );
  }

  delete(file: string): void {
    rmSync(this.path(file), { recursive: true });
  }

  /** Gives the project a copy of its own of some installed packages, to be changed at will. */
  ownPackages(...names: readonly string[]): void {
    rmSync(this.path('node_modules'));
    mkdirSync(this.path('node_modules'));
    const installed = readdirSync(join(checkout, 'node_modules')).flatMap((name) =>
      name.startsWith('@')
        ? readdirSync(join(checkout, 'node_modules', name)).map((scoped) => `${name}/${scoped}`)
        : [name],
    );
    for (const name of installed) {
      const from = join(checkout, 'node_modules', name);
      const to = this.path(`node_modules/${name}`);
      mkdirSync(dirname(to), { recursive: true });
      if (names.includes(name)) cpSync(from, to, { recursive: true });
      else symlinkSync(from, to);
    }
  }

  /** All files below a folder, by their path from it. */
  files(folder: string): string[] {
    if (!this.has(folder)) return [];
    const paths = readdirSync(this.path(folder), { recursive: true, encoding: 'utf8' });
    return paths.filter((path) => statSync(this.path(join(folder, path))).isFile()).sort();
  }

  /** The names of the stages that the lock has. */
  lockedStages(): string[] {
    const { stages }: { stages: Record<string, object> } = JSON.parse(this.read('artifacts/lock.json'));
    return Object.values(stages).flatMap((ofKind) => Object.keys(ofKind));
  }

  /** The path of the store's object that holds a text. */
  objectOf(text: string): string {
    const objects = this.files('artifacts/store/objects').map((path) => join('artifacts/store/objects', path));
    const object = objects.find((path) => this.read(path) === text);
    if (object === undefined) throw new Error(`no object holds '${text}'`);
    return object;
  }

  /** Has the stage wait in its work. */
  hold(stage: string): void {
    this.#control(stage, 'hold', '');
  }

  /** Lets the stage go on. */
  release(stage: string): void {
    rmSync(this.#controlPath(stage, 'hold'));
  }

  /** Has the stage come to grief. */
  spoil(stage: string, mishap: Mishap): void {
    this.#control(stage, 'mishap', mishap);
  }

  /** Has the stage work as it should again. */
  mend(stage: string): void {
    rmSync(this.#controlPath(stage, 'mishap'));
  }

  /** Waits until the stage is at work, for the first time since the last outcome. */
  async untilAtWork(stage: string): Promise<void> {
    await until(`${stage} to be at work`, () => this.#ranSince(this.#read).some((ran) => ran.stage === stage));
  }

  /** The process in which the stage was last at work. */
  workerOf(stage: string): number {
    const last = this.#ranSince(0).findLast((ran) => ran.stage === stage);
    if (last === undefined) throw new Error(`${stage} was never at work`);
    return last.pid;
  }

  /** Runs the command line to its end. */
  run(...args: readonly string[]): Promise<Outcome> {
    return this.start(args).outcome();
  }

  /** Brings everything up to date, one stage at a time, and gives the account of it. */
  async all(...args: readonly string[]): Promise<Outcome & { readonly summary: Summary }> {
    const outcome = await this.run('all', '--json', '--jobs=1', ...args);
    const { summary } = outcome;
    if (summary === undefined) throw new Error(`no summary: ${outcome.stdout}${outcome.stderr}`);
    return { ...outcome, summary };
  }

  /** Brings everything up to date until nothing is too new for a snapshot of it. */
  async settle(...args: readonly string[]): Promise<void> {
    rmSync(this.path('artifacts/store/snapshot.json'), { force: true });
    const files = ['pipeline.ts', 'package.json', 'package-lock.json', 'lib', 'stages', 'engine', 'cli', 'artifacts'];
    const newest = Math.max(...files.flatMap((file) => this.#changesBelow(file)));
    await until('what has changed to be at rest', () => Date.now() - newest > AT_REST_MS);
    do await this.all(...args);
    while (!this.has('artifacts/store/snapshot.json'));
  }

  /** When a file or folder, and all below it, were last changed. */
  #changesBelow(file: string): number[] {
    const stats = statSync(this.path(file), { throwIfNoEntry: false });
    if (stats === undefined) return [];
    const within = stats.isDirectory() ? readdirSync(this.path(file)).map((name) => join(file, name)) : [];
    return [stats.ctimeMs, ...within.flatMap((path) => this.#changesBelow(path))];
  }

  /** Starts the command line. */
  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Started {
    const watched = ['all', 'run', 'check'].includes(args[0] ?? '') ? [`--controls=${this.#controls}`] : [];
    const command = ['--import', 'tsx/esm', 'pipeline.ts', ...args, ...watched];
    const started = new StartedProcess(command, this.root, env);
    this.#started.push(started);
    return {
      pid: started.pid,
      untilSays: (text) => started.untilSays(text),
      untilSaysNext: (text) => started.untilSaysNext(text),
      outcome: async () => this.#outcomeOf(await started.ended()),
    };
  }

  #outcomeOf({ exitCode, stdout, stderr }: Ended): Outcome {
    const events = eventsIn(stdout);
    const last = events.at(-1);
    const summary = last?.event === 'summary' ? last : undefined;
    const ran = this.#ranSince(this.#read);
    this.#read += ran.length;
    return { exitCode, stdout, stderr, events, summary, ran: ran.map(({ stage }) => stage).sort() };
  }

  /** The states of all stages. */
  async states(): Promise<Record<string, string>> {
    const { stdout } = await this.run('status', '--json');
    const { stages }: { stages: { name: string; state: string }[] } = JSON.parse(stdout);
    return Object.fromEntries(stages.map(({ name, state }) => [name, state]));
  }

  #ranSince(line: number): { stage: string; pid: number }[] {
    const path = join(this.#controls, 'ran');
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const lines = text.split('\n').slice(line, -1);
    return lines.map((ran) => ({ stage: ran.split(' ', 1)[0] ?? '', pid: Number(ran.split(' ')[1]) }));
  }

  #control(stage: string, name: string, text: string): void {
    writeFileSync(this.#controlPath(stage, name), text);
  }

  #controlPath(stage: string, name: string): string {
    return join(this.#controls, `${stage.replaceAll('/', '.')}.${name}`);
  }

  async remove(): Promise<void> {
    for (const started of this.#started) await started.kill();
    for (const folder of [this.root, this.#controls]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * A new folder at the first path that is free of a few: what loads TypeScript keeps what it makes of a file by its path,
 * and would make all of the engine again for every project.
 */
function newRoot(): string {
  for (let place = 0; ; place++) {
    const path = join(realpathSync(tmpdir()), `pipeline-test-${process.env.VITEST_POOL_ID}-${place}`);
    if (mkdirSync(path, { recursive: true }) === path) return path;
  }
}

/** The text of a file of a small pipeline, with the engine where a project has it. */
function inProject(text: string): string {
  return text.replaceAll("'../../../../", "'../").replaceAll("'../../../", "'./");
}

/** The events among the lines of an output. */
function eventsIn(output: string): Event[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): Event => JSON.parse(line));
}
