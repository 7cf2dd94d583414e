import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { expect } from 'vitest';
import { type Outcome, type Project, test } from '../support/project.ts';

/** Whether this process may mount file systems. */
const mayMount = succeeds('unshare', '--mount', 'true');
const mayLimit = succeeds('prlimit', '--nofile', '--pid', `${process.pid}`);

function succeeds(command: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Calls back with a folder of the project on a file system of its own, and mounts it again as told. */
async function mounted(
  project: Project,
  folder: string,
  options: readonly string[],
  work: (remount: (option: string) => void) => Promise<void>,
): Promise<void> {
  const path = project.path(folder);
  mkdirSync(path, { recursive: true });
  execFileSync('mount', [...options, path]);
  try {
    await work((option) => execFileSync('mount', ['-o', `remount,${option}`, path]));
  } finally {
    execFileSync('umount', [path]);
  }
}

/** Has a process open no more than so many files beside those that it has open. */
function limitFiles(pid: number, more: number): void {
  const open = new Set(readdirSync(`/proc/${pid}/fd`).map(Number));
  let limit = 0;
  for (let free = 0; open.has(limit) || free < more; limit++) if (!open.has(limit)) free += 1;
  execFileSync('prlimit', ['--pid', `${pid}`, `--nofile=${limit}`]);
}

/** Expects that the outcome is a failure, told for people in one way. */
function expectTold(outcome: Outcome, advice: string, hint?: string): void {
  const said = outcome.stdout + outcome.stderr;
  expect(outcome.exitCode, hint).toBe(1);
  expect(said, hint).toContain(advice);
  expect(said, hint).not.toMatch(/^ +at \S+|defect/m);
}

const outcomeOf = (project: Project, ...args: readonly string[]) => project.run('all', '--json', '--jobs=1', ...args);

test
  .skipIf(!mayMount)
  .concurrent('a full disk is told in one message, and what was recorded before is kept', async ({ project }) => {
    await project.all();
    const lock = project.read('artifacts/lock.json');
    for (const folder of ['artifacts', 'figures']) project.delete(folder);
    for (const pages of [1, 6, 10, 14, 18, 24]) {
      const size = `size=${pages * 4}k`;
      await mounted(project, 'artifacts', ['-t', 'tmpfs', '-o', size, 'none'], async (remount) => {
        const full = await outcomeOf(project);
        if (full.exitCode !== 0) expectTold(full, 'there is no space left on the disk', size);
        remount('size=16m');
        const { exitCode, ran } = await outcomeOf(project);
        const finished = full.events.flatMap((event) => (event.event === 'stage-ran' ? [event.stage] : []));
        expect(exitCode, size).toBe(0);
        expect(
          ran.filter((stage) => finished.includes(stage)),
          size,
        ).toEqual([]);
        expect(project.read('artifacts/lock.json'), size).toBe(lock);
        expect((await project.run('verify')).exitCode, size).toBe(0);
      });
    }
  });

test
  .skipIf(!mayMount)
  .concurrent('a read-only store is told in one message; what only looks works with it', async ({ project }) => {
    await project.all();
    const store = project.path('artifacts/store');
    await mounted(project, 'artifacts/store', ['--bind', store], async (remount) => {
      remount('bind,ro');
      expectTold(await outcomeOf(project), 'the file system is read-only: make it writable and run again');
      expectTold(await outcomeOf(project, '--force'), 'the file system is read-only');
      expectTold(await project.run('gc'), 'the file system is read-only');
      expectTold(await project.run('invalidate', 'source'), 'the file system is read-only');
      for (const command of ['status', 'verify', 'check', 'list']) {
        expect(await project.run(command), command).toMatchObject({ exitCode: 0, stderr: '' });
      }
    });
    expect(await project.all()).toMatchObject({ exitCode: 0, ran: [] });
  });

test
  .skipIf(!mayLimit)
  .concurrent(
    'too few open files are told in one message, and what was recorded before is kept',
    async ({ project }) => {
      project.hold('transform/b');
      const started = project.start(['all', '--json', '--jobs=1']);
      await project.untilAtWork('transform/b');
      await started.untilSays('"event":"stage-ran","stage":"transform/a"');
      limitFiles(started.pid, 0);
      project.release('transform/b');
      expectTold(
        await started.outcome(),
        'this process may not open more files: raise the limit (ulimit -n) and run again',
      );
      expect(await outcomeOf(project)).toMatchObject({
        exitCode: 0,
        ran: ['collect', 'publish', 'transform/b', 'transform/c'],
      });
    },
  );

test.skipIf(!mayLimit).concurrent('a worker that can not be started is told in one message', async ({ project }) => {
  project.hold('source');
  const started = project.start(['all', '--json', '--jobs=2', '--keep-going']);
  await project.untilAtWork('source');
  // Enough to write files, too few for the pipes of another process.
  limitFiles(started.pid, 2);
  project.release('source');
  expectTold(await started.outcome(), 'this process may not open more files');
  expect((await outcomeOf(project)).exitCode).toBe(0);
});
