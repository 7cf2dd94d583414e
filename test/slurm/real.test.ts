import { test as base, expect } from 'vitest';
import { Project } from '../support/project.ts';
import { hasSlurm, RealSlurm } from '../support/real-slurm.ts';

const test = base.extend<{ project: Project; slurm: RealSlurm }>({
  // biome-ignore lint/correctness/noEmptyPattern: this is how Vitest knows that it needs nothing else
  project: async ({}, use) => {
    const project = new Project('sweep');
    await use(project);
    await project.remove();
  },
  slurm: [
    // biome-ignore lint/correctness/noEmptyPattern: this is how Vitest knows that it needs nothing else
    async ({}, use) => {
      const slurm = await RealSlurm.start();
      await use(slurm);
      await slurm.stop();
    },
    { scope: 'file' },
  ],
});

const stages = ['collect', 'point/0', 'point/1', 'point/2', 'publish', 'source'];

test.skipIf(!hasSlurm)('on Slurm, a run makes the same bytes as here', async ({ project, slurm }) => {
  const onSlurm = ['all', '--json', '--executor', 'slurm'];
  const ran = await project.start(onSlurm, slurm.environment).outcome();
  expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
  expect(ran.summary?.ran.toSorted()).toEqual(stages);
  const stayed = ran.events.flatMap((event) => (event.event === 'stage-stays' ? [event.stage] : []));
  expect(stayed).toEqual(['publish']);
  const lock = project.read('artifacts/lock.json');
  expect(project.files('artifacts/store/slurm')).toEqual([]);

  project.delete('artifacts');
  project.delete('figures');
  expect(await project.run('all')).toMatchObject({ exitCode: 0 });
  expect(project.read('artifacts/lock.json')).toBe(lock);
});
