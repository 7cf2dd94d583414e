import { expect } from 'vitest';
import { until } from '../support/poll.ts';
import { type Sweep, test } from '../support/sweep.ts';

const stages = ['point/0', 'point/1', 'point/2', 'source'];

/** Leaves a job in Slurm, by Ctrl-C. */
async function detach(sweep: Sweep, args?: readonly string[], left = 1): Promise<void> {
  sweep.slurm.add('hold');
  const started = sweep.start(args);
  await sweep.slurm.untilCalled('squeue', 1);
  process.kill(-started.pid, 'SIGINT');
  const detached = await started.outcome();
  expect(detached).toMatchObject({ exitCode: 130, stderr: '', summary: { interrupted: true, failed: [] } });
  expect(detached.events).toContainEqual({ event: 'detached', stages: left });
}

test.concurrent('Ctrl-C leaves the jobs in Slurm, and the same command takes their results', async ({ sweep }) => {
  await detach(sweep);
  sweep.slurm.remove('hold');
  await until('the job to end', () => sweep.slurm.states().every((state) => state === 'COMPLETED'));
  const resumed = await sweep.run();
  expect(resumed).toMatchObject({ exitCode: 0, stderr: '' });
  expect(resumed.events.map(({ event }) => event)).toContain('batch-adopted');
  expect(sweep.slurm.ran()).toEqual(stages);
  expect(sweep.project.files('artifacts/store/slurm')).toEqual([]);
});

test.concurrent('a job that is not known any more is submitted anew, and does nothing if it comes after all', async ({
  sweep,
}) => {
  await detach(sweep);
  sweep.slurm.hide();
  sweep.slurm.add('scancel: fail');
  const resumed = sweep.start();
  await until('a new job', () => sweep.slurm.jobs().length === 2);
  sweep.slurm.remove('hold');
  expect(await resumed.outcome()).toMatchObject({ exitCode: 0, stderr: '' });
  await until('all jobs to end', () => sweep.slurm.states().every((state) => /COMPLETED|FAILED/.test(state)));
  expect(sweep.slurm.ran()).toEqual(stages);
});

test.concurrent('a result that was damaged on its way is none', async ({ sweep }) => {
  await detach(sweep);
  sweep.slurm.remove('hold');
  await until('the job to end', () => sweep.slurm.states().every((state) => state === 'COMPLETED'));
  const home = 'artifacts/store/slurm';
  for (const path of sweep.project.files(home))
    if (sweep.project.read(`${home}/${path}`) === 'p') sweep.project.write(`${home}/${path}`, 'q');
  const damaged = await sweep.run();
  expect(damaged).toMatchObject({ exitCode: 1, summary: { failed: ['source'] } });
  expect(damaged.stdout).toContain('its result came back from its node damaged');
  expect(await sweep.run()).toMatchObject({ exitCode: 0 });
  expect(sweep.slurm.ran()).toEqual([...stages, 'source']);
});

test.concurrent('gc keeps what jobs in Slurm read', async ({ sweep }) => {
  const args = ['run', 'point/*', '--set=word=q'];
  await sweep.run(['run', 'source', '--set=word=q']);
  await detach(sweep, args, 3);
  // What the committed params need is not there yet, so whatever is there is garbage but for the job.
  expect(await sweep.call('gc')).toMatchObject({ exitCode: 0 });
  sweep.slurm.remove('hold');
  expect(await sweep.run(args)).toMatchObject({ exitCode: 0, stderr: '' });
  expect(sweep.slurm.ran()).toEqual([...stages, 'source']);
});

test.concurrent('cancel cancels what is left in Slurm, and the next run begins it anew', async ({ sweep }) => {
  await detach(sweep);
  sweep.slurm.add('scancel: fail');
  expect(await sweep.call('cancel')).toMatchObject({ exitCode: 1 });
  sweep.slurm.remove('scancel: fail');
  expect(await sweep.call('cancel')).toMatchObject({
    exitCode: 0,
    stdout: 'cancelled 1 jobs in Slurm, with 1 stages that had no result',
  });
  expect(sweep.slurm.states()).toEqual(['CANCELLED']);
  expect(await sweep.call('cancel')).toMatchObject({
    exitCode: 0,
    stdout: 'there is nothing of this checkout in Slurm',
  });
  sweep.slurm.remove('hold');
  expect(await sweep.run()).toMatchObject({ exitCode: 0, stderr: '' });
  expect(sweep.slurm.ran()).toEqual(stages);
});

test.concurrent('check --rebuild runs on Slurm, too, and leaves nothing there', async ({ sweep }) => {
  const rebuild = ['check', '--rebuild'];
  expect(await sweep.project.run('check', '--executor=slurm')).toMatchObject({ exitCode: 2 });
  await sweep.project.run('all');
  sweep.slurm.add('hold');
  const started = sweep.start(rebuild);
  await sweep.slurm.untilCalled('squeue', 1);
  process.kill(-started.pid, 'SIGINT');
  const interrupted = await started.outcome();
  expect(interrupted).toMatchObject({ exitCode: 130, stderr: '' });
  expect(interrupted.events.map(({ event }) => event)).not.toContain('detached');
  expect(sweep.slurm.states()).toEqual(['CANCELLED']);
  sweep.slurm.remove('hold');
  const whole = await sweep.run(rebuild);
  expect(whole).toMatchObject({ exitCode: 0, stderr: '' });
  expect(whole.stdout).toContain('{"event":"same"}');
  expect(sweep.slurm.ran()).toEqual(['collect', ...stages]);
});
