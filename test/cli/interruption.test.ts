import { expect, test as plainTest } from 'vitest';
import { INTERRUPTED, interruptible } from '../../cli/interruptible.ts';
import { untilEnded } from '../support/poll.ts';
import { test } from '../support/project.ts';

const everything = ['collect', 'publish', 'source', 'transform/a', 'transform/b', 'transform/c'];
const parts = /\.part$|^incoming$|\/incoming$/;

test.concurrent('Ctrl-C ends all processes, leaves nothing half written, and loses nothing recorded', async ({
  project,
}) => {
  project.hold('transform/b');
  const started = project.start(['all', '--json', '--jobs=2']);
  await project.untilAtWork('transform/b');
  await started.untilSays('"event":"stage-ran","stage":"transform/a"');
  process.kill(-started.pid, 'SIGINT');
  const interrupted = await started.outcome();
  expect(interrupted).toMatchObject({ exitCode: 130, stderr: '', summary: { interrupted: true, failed: [] } });
  expect(interrupted.summary?.skipped).toEqual(expect.arrayContaining(['transform/b', 'collect', 'publish']));
  await untilEnded(-started.pid);
  expect(project.files('artifacts').filter((path) => parts.test(path))).toEqual([]);
  expect(project.files('artifacts/store/tmp')).toEqual([]);

  const recorded = Object.entries(await project.states()).flatMap(([name, state]) => (state === 'fresh' ? [name] : []));
  expect(recorded).toEqual(expect.arrayContaining(['source', 'transform/a']));
  project.release('transform/b');
  const resumed = await project.all();
  expect(resumed).toMatchObject({ exitCode: 0 });
  expect(resumed.ran).toEqual(everything.filter((stage) => !recorded.includes(stage)));
  expect((await project.all()).ran).toEqual([]);
});

plainTest('Ctrl-C is told as such also where what it has ended is noticed first', async () => {
  const work = async () => {
    process.kill(process.pid, 'SIGINT');
    throw new Error('the bundler was stopped');
  };
  expect(await interruptible(work)).toBe(INTERRUPTED);
});

test.concurrent('when a run is killed the next one takes over at once, and runs only what was not recorded', async ({
  project,
}) => {
  project.hold('transform/b');
  const killed = project.start(['all', '--json', '--jobs=1']);
  await project.untilAtWork('transform/b');
  await killed.untilSays('"event":"stage-ran","stage":"transform/a"');
  process.kill(killed.pid, 'SIGKILL');
  await killed.outcome();
  project.release('transform/b');
  const next = await project.all();
  expect(next).toMatchObject({ exitCode: 0, ran: ['collect', 'publish', 'transform/b', 'transform/c'] });
  expect(next.events.map(({ event }) => event)).not.toContain('waiting');
  expect(project.files('artifacts/store/tmp')).toEqual([]);
  await untilEnded(-killed.pid);
});

test.concurrent('two runs at once run each stage once in all; the second says that it waits', async ({ project }) => {
  project.hold('source');
  const first = project.start(['all', '--json']);
  await project.untilAtWork('source');
  const second = project.start(['all', '--json']);
  await second.untilSays('"event":"waiting"');
  const invalidation = project.start(['invalidate', 'publish']);
  await invalidation.untilSays(`waiting for another run in this checkout: process ${first.pid}, all --json`);
  project.release('source');

  const outcomes = [await first.outcome(), await second.outcome()];
  expect(await invalidation.outcome()).toMatchObject({ exitCode: 0, stdout: 'invalidated publish' });
  const rest = await project.all();
  const ran = [...outcomes, rest].flatMap((outcome) => outcome.ran);
  expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  expect(outcomes[0]?.summary?.ran.toSorted()).toEqual(everything);
  // Whichever of the two that waited came first.
  expect(ran.toSorted()).toEqual([...everything, 'publish'].sort());
});

test.concurrent('who waits for another run can be interrupted', async ({ project }) => {
  project.hold('source');
  const first = project.start(['all', '--json', '--jobs=1']);
  await project.untilAtWork('source');
  const second = project.start(['all', '--json']);
  await second.untilSays('"event":"waiting"');
  process.kill(-second.pid, 'SIGINT');
  expect(await second.outcome()).toMatchObject({ exitCode: 130, stderr: '' });
  project.release('source');
  expect(await first.outcome()).toMatchObject({ exitCode: 0 });
});

test.concurrent('code that is edited while a stage runs has no part in its result, and counts for the next run', async ({
  project,
}) => {
  project.hold('transform/a');
  const started = project.start(['all', '--json', '--jobs=1', '--keep-going']);
  await project.untilAtWork('transform/a');
  project.edit('lib/alphabet.ts', 'abc', 'cba');
  project.release('transform/a');
  const edited = await started.outcome();
  expect(edited).toMatchObject({ exitCode: 0, ran: everything });
  expect(project.read('artifacts/transform/a/text.txt')).toBe('ifmmp');
  expect((await project.all()).ran).toEqual(['transform/a', 'transform/b', 'transform/c']);
  project.edit('lib/alphabet.ts', 'cba', 'abc');
  expect(await project.all()).toMatchObject({ exitCode: 0, ran: [] });
  expect(project.read('artifacts/transform/a/text.txt')).toBe('ifmmp');
});

test.concurrent('a result is not recorded when an input changed in the store while the stage ran', async ({
  project,
}) => {
  project.hold('transform/a');
  const started = project.start(['all', '--json', '--jobs=1']);
  await project.untilAtWork('transform/a');
  const object = project.objectOf('hello');
  project.delete(object);
  project.write(object, 'hellO');
  project.release('transform/a');
  const edited = await started.outcome();
  expect(edited).toMatchObject({ exitCode: 1, summary: { failed: ['transform/a'] } });
  expect(edited.events.find((event) => event.event === 'stage-failed')).toMatchObject({
    message: 'its input source#text was changed in the store while it ran, so its result is not recorded: run it again',
  });
  const mended = await project.all();
  expect(mended).toMatchObject({ exitCode: 0, summary: { restored: ['source'] } });
  expect(mended.ran).toEqual(everything.filter((stage) => stage !== 'source'));
  expect(project.read('artifacts/transform/a/text.txt')).toBe('ifmmp');
});

test.concurrent('a log counts what an interruption leaves, and does not list it', async ({ project }) => {
  project.hold('transform/a');
  const started = project.start(['all', '--jobs=1']);
  await project.untilAtWork('transform/a');
  process.kill(-started.pid, 'SIGINT');
  const { stdout } = await started.outcome();
  expect(stdout).toMatch(/\ninterrupted: \d ran, \d skipped in /);
  expect(stdout).not.toContain('skipped collect');
});
