import { expect } from 'vitest';
import { type FaultPoint, faultPoints } from '../../engine/fault-points.ts';
import { untilEnded } from '../support/poll.ts';
import { type Project, test } from '../support/project.ts';
import { sampleOf } from '../support/sample.ts';
import { countCalls, killAndRecover, type Moment, sceneOf, scenes } from './kills.ts';
import { seeded } from './seeded.ts';

const TRIES = Array.from({ length: 8 }, (_, kill) => kill);
const nothingLost = { killed: true, lost: [], recovered: true };

async function killAtPoints(project: Project, points: readonly FaultPoint[]): Promise<void> {
  await project.all();
  for (const point of points) {
    const recovery = await killAndRecover(project, scenes[sceneOf(point)], { point, nth: 1 });
    expect(recovery, point).toEqual(nothingLost);
  }
}

test.concurrent('a kill at a step of a run, or of gc, loses nothing recorded', ({ project }) =>
  killAtPoints(project, sampleOf(faultPoints, 5)));

test.concurrent('a kill before any change of a file loses nothing recorded', async ({ project }) => {
  await project.all();
  const calls = await countCalls(project);
  const random = seeded(3);
  for (let kill = 0; kill < sampleOf(TRIES, 6).length; kill++) {
    const call = 1 + random(calls - 20);
    expect(await killAndRecover(project, scenes['first run'], { call }), `call ${call}`).toEqual(nothingLost);
  }
});

test.concurrent('a worker whose parent is killed ends, although its stage is at work', async ({ project }) => {
  project.hold('source');
  const started = project.start(['all', '--json']);
  await project.untilAtWork('source');
  const worker = project.workerOf('source');
  process.kill(started.pid, 'SIGKILL');
  await untilEnded(worker);
  project.release('source');
  expect((await project.all()).exitCode).toBe(0);
});

test.concurrent('a kill of the whole group while stages start and end loses nothing recorded', async ({ project }) => {
  await project.all();
  const moments: Moment[] = [
    { says: '"event":"started"' },
    { says: '"event":"stage-started","stage":"source"' },
    { says: '"event":"stage-ran","stage":"source"' },
    { says: '"event":"stage-started","stage":"transform/c"' },
    { says: '"event":"stage-ran","stage":"transform/b"' },
    { says: '"event":"stage-started","stage":"publish"' },
  ];
  for (const moment of sampleOf(moments, 5)) {
    expect(await killAndRecover(project, scenes['first run, parallel'], moment), JSON.stringify(moment)).toEqual(
      nothingLost,
    );
  }
});
