import { join } from 'node:path';
import { digestBytes } from '../../engine/digest.ts';
import type { FaultPoint } from '../../engine/fault-points.ts';
import { untilEnded } from '../support/poll.ts';
import type { Project } from '../support/project.ts';

/** A moment at which the command line is killed. */
export type Moment =
  /** The process alone, when it reaches a step for the nth time. */
  | { readonly point: FaultPoint; readonly nth: number }
  /** The process group, before the nth call that may change a file of the build. */
  | { readonly call: number }
  /** The process group, when it has written a text to standard output. */
  | { readonly says: string };

/** What a project goes through before a kill, and which command is then killed. The project is up to date before. */
export interface Scene {
  readonly args: readonly string[];
  prepare(project: Project): Promise<unknown>;
}

const all = ['all', '--json', '--jobs=1'];
const otherParam = ['a: { snr: 0.1 }', 'a: { snr: 0.2 }'] as const;

const deleteResults = async (project: Project) => {
  for (const folder of ['artifacts', 'figures']) project.delete(folder);
};

export const scenes = {
  'first run': { args: all, prepare: deleteResults },
  'first run, parallel': { args: ['all', '--json', '--jobs=2'], prepare: deleteResults },
  'damaged ledger': {
    args: all,
    prepare: async (project) => {
      const ledger = 'artifacts/store/ledger.jsonl';
      project.write(ledger, `${project.read(ledger)}0123456789abcdef {"entry":"resu`);
    },
  },
  'damaged object': {
    args: all,
    prepare: async (project) => {
      // Not in place: what people see is the same file, and the stage would have to run again.
      const object = project.objectOf('hello');
      project.delete(object);
      project.write(object, 'hellO');
    },
  },
  garbage: {
    args: ['gc'],
    prepare: async (project) => {
      project.edit('pipeline.ts', ...otherParam);
      await project.all();
      project.edit('pipeline.ts', otherParam[1], otherParam[0]);
      await project.all();
    },
  },
} as const satisfies Record<string, Scene>;

/** The scene in which a step is reached. */
export function sceneOf(point: FaultPoint): keyof typeof scenes {
  if (point.startsWith('gc:')) return 'garbage';
  if (point === 'object:set-aside') return 'damaged object';
  return point === 'ledger:set-aside' || point === 'ledger:mended' ? 'damaged ledger' : 'first run';
}

/** What came of a kill. */
export interface Recovery {
  /** Whether the process was killed, rather than ended before its moment came. */
  readonly killed: boolean;
  /** Stages that had been recorded, but ran again. */
  readonly lost: readonly string[];
  /** Whether the next run ended well, with the lock that was there before. */
  readonly recovered: boolean;
}

/** Kills a command at a moment, and brings everything up to date. */
export async function killAndRecover(project: Project, scene: Scene, moment: Moment): Promise<Recovery> {
  const lock = project.read('artifacts/lock.json');
  await scene.prepare(project);
  const killed = await wasKilled(project, scene.args, moment);
  const recorded = recordedStages(project);
  const { exitCode, ran } = await project.all();
  const recovered = exitCode === 0 && project.read('artifacts/lock.json') === lock;
  return { killed, lost: ran.filter((stage) => recorded.has(stage)), recovered };
}

async function wasKilled(project: Project, args: readonly string[], moment: Moment): Promise<boolean> {
  const started = project.start(args, environmentOf(moment));
  if ('says' in moment) {
    await started.untilSays(moment.says);
    process.kill(-started.pid, 'SIGKILL');
  }
  const { exitCode } = await started.outcome();
  // Workers whose parent was killed end of themselves.
  await untilEnded(-started.pid);
  return exitCode === undefined;
}

const killer = join(import.meta.dirname, 'kill-at-call.mjs');

function environmentOf(moment: Moment): Record<string, string> {
  if ('point' in moment) return { PIPELINE_FAULT: `${moment.point}:${moment.nth}` };
  if ('call' in moment) return { NODE_OPTIONS: `--import ${killer}`, KILL_AT_CALL: `${moment.call}` };
  return {};
}

/** How many calls that may change a file of the build the first run makes. */
export async function countCalls(project: Project): Promise<number> {
  const { args, prepare } = scenes['first run'];
  await prepare(project);
  const count = 'call-count';
  await project.start(args, { NODE_OPTIONS: `--import ${killer}`, CALL_COUNT: project.path(count) }).outcome();
  return Number(project.read(count));
}

/** The stages with a whole line in the ledger: none may run again. */
function recordedStages(project: Project): Set<string> {
  const ledger = 'artifacts/store/ledger.jsonl';
  const lines = project.has(ledger) ? project.read(ledger).split('\n') : [];
  const texts = lines.flatMap((line) => (line.slice(0, 16) === checkOf(line.slice(17)) ? [line.slice(17)] : []));
  const entries = texts.map((text): { entry: string; stage: string } => JSON.parse(text));
  return new Set(entries.filter(({ entry }) => entry === 'result').map(({ stage }) => stage));
}

function checkOf(text: string): string {
  return digestBytes(text).slice(0, 16);
}
