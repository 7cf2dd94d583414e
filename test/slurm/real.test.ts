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

test.skipIf(!hasSlurm)(
  'on Slurm, what Ctrl-C has left is taken up again, and makes the same bytes as here',
  async ({ project, slurm }) => {
    const onSlurm = () => project.start(['all', '--json', '--executor=slurm', '--slurm=time=5'], slurm.environment);
    slurm.call('scontrol', 'update', 'nodename=localhost', 'state=drain', 'reason=test');
    const left = onSlurm();
    await left.untilSays('"event":"in-slurm","states":{"PENDING":1}');
    process.kill(-left.pid, 'SIGINT');
    expect(await left.outcome()).toMatchObject({ exitCode: 130, stderr: '' });
    slurm.call('scontrol', 'update', 'nodename=localhost', 'state=resume');

    const ran = await onSlurm().outcome();
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
    expect(ran.summary?.ran.toSorted()).toEqual(stages);
    const batches = ran.events.flatMap(({ event }) => (event.startsWith('batch-') ? [event] : []));
    expect(batches).toEqual(['batch-adopted', 'batch-submitted', 'batch-submitted']);
    expect(ran.events).toContainEqual({ event: 'stage-stays', stage: 'publish' });
    expect(project.files('artifacts/store/slurm')).toEqual([]);

    const lock = project.read('artifacts/lock.json');
    project.delete('artifacts');
    project.delete('figures');
    expect(await project.run('all')).toMatchObject({ exitCode: 0 });
    expect(project.read('artifacts/lock.json')).toBe(lock);
  },
);

test.skipIf(!hasSlurm)('a light stage is no job of Slurm', async ({ project, slurm }) => {
  project.edit('stages/collect.ts', 'module: import.meta.url,', 'module: import.meta.url,\n  light: true,');
  const outcome = await project.start(['all', '--json', '--executor=slurm'], slurm.environment).outcome();
  expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
  expect(outcome.summary?.ran.toSorted()).toEqual(stages);
  const handedOver = outcome.events.flatMap((event) => (event.event === 'batch-submitted' ? [event.stages] : []));
  expect(handedOver).toEqual([1, 3]);
  expect(outcome.events.filter(({ event }) => event === 'stage-stays')).toHaveLength(1);
});
