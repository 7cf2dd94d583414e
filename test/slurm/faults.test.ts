import { expect } from 'vitest';
import { until } from '../support/poll.ts';
import type { Outcome } from '../support/project.ts';
import { test } from '../support/sweep.ts';

const stages = ['point/0', 'point/1', 'point/2', 'source'];

test.concurrent('a wrong option is refused, and so is a machine without Slurm', async ({ sweep: { project } }) => {
  const wrong = await project.run('all', '--executor=slurm', '--slurm=colour=red');
  expect(wrong).toMatchObject({ exitCode: 2 });
  expect(wrong.stderr).toContain("error: --slurm has no option 'colour': there are partition, account,");
  const unusable = await project.run('all', '--executor=slurm', '--slurm=array=none');
  expect(unusable.stderr).toBe('error: --slurm array=none is unusable. It must be a whole number from 1.');
  expect(await project.run('all', '--slurm=array=3')).toMatchObject({ exitCode: 2 });
  const without = await project.start(['all', '--executor=slurm'], { PATH: project.root }).outcome();
  expect(without).toMatchObject({ exitCode: 1 });
  expect(without.stderr).toContain('error: there is no Slurm here (scontrol is not found): run it where sbatch works');
});

test.concurrent('what is submitted is one array of few elements, as large as Slurm allows', async ({ sweep }) => {
  sweep.slurm.add('max-array-size');
  const { exitCode, summary } = await sweep.run(['all', '--set=points=200']);
  expect({ exitCode, ran: summary?.ran.length }).toEqual({ exitCode: 0, ran: 203 });
  expect(sweep.slurm.jobs().map(({ size }) => size)).toEqual([1, 2, 1]);
  expect(new Set(sweep.slurm.ran()).size).toBe(202);
});

test.concurrent('whatever sbatch says of what it accepts, and whatever numbers jobs have, each stage runs once', async ({
  sweep,
}) => {
  const faults = ['sbatch: accept and die', 'sbatch: accept and fail', 'sbatch: duplicate'] as const;
  for (const fault of [...faults, 'reuse of numbers', 'foreign'] as const) sweep.slurm.add(fault);
  const outcome = await sweep.run(['all']);
  expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
  expect(outcome.events.filter(({ event }) => event === 'batch-doubtful').length).toBe(2);
  expect(sweep.slurm.ran()).toEqual(['collect', ...stages]);
  expect(sweep.slurm.jobs().length).toBe(4);
});

test.concurrent('what Slurm refuses is given up with its words, and the same command goes on', async ({ sweep }) => {
  sweep.slurm.add('sbatch: refuse');
  const refused = await sweep.run();
  expect(refused).toMatchObject({ exitCode: 1, summary: { failed: ['source'] } });
  expect(refused.stdout).toContain('Slurm did not take its job: sbatch: error: Batch job submission failed: Invalid');
  expect(await sweep.run()).toMatchObject({ exitCode: 0 });
  expect(sweep.slurm.ran()).toEqual(stages);
});

test.concurrent('what Slurm loses is cancelled and handed over again, at most twice', async ({ sweep }) => {
  const { slurm } = sweep;
  const lossesIn = ({ events }: Outcome) => events.filter(({ event }) => event === 'batch-lost');
  slurm.add('losing');
  const lost = await sweep.run();
  expect(lost).toMatchObject({ exitCode: 1, summary: { failed: ['source'] } });
  expect(lost.stdout).toContain('Slurm has lost 3 jobs of it: run it again');
  expect(lossesIn(lost).length).toBe(2);
  expect(slurm.calls('sbatch').length).toBe(3);
  slurm.remove('losing');

  slurm.add('hold');
  const started = sweep.start();
  await slurm.untilCalled('squeue', 1);
  slurm.setStates('NODE_FAIL');
  await slurm.untilCalled('squeue', 2);
  slurm.hide();
  await until('a second job', () => slurm.jobs().length === 2);
  expect(slurm.states()).toEqual(['CANCELLED', 'PENDING']);
  slurm.remove('hold');
  const found = await started.outcome();
  expect(found).toMatchObject({ exitCode: 0, stderr: '' });
  expect(lossesIn(found)).toMatchObject([{ stages: 1, states: ['NODE_FAIL'] }]);
  expect(slurm.ran()).toEqual(stages);
});

test.concurrent('neither failed queries, nor an odd state, nor short absences end the wait', async ({ sweep }) => {
  const { slurm } = sweep;
  slurm.add('hold');
  const started = sweep.start();
  await slurm.untilCalled('squeue', 1);
  slurm.add('squeue: fail');
  await slurm.untilCalled('squeue', 6);
  slurm.remove('squeue: fail');
  slurm.setStates('NODE_FAIL');
  await slurm.untilCalled('squeue', 6);
  for (let absence = 0; absence < 3; absence++) {
    // Few enough for no end, however long they take.
    for (const fault of ['hidden: first', 'hidden: second'] as const) slurm.add(fault);
    await slurm.untilCalled('squeue', 3);
  }
  slurm.remove('hold');
  const outcome = await started.outcome();
  expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
  expect(outcome.events.filter(({ event }) => event === 'slurm-silent').length).toBe(1);
  expect(slurm.ran()).toEqual(stages);
  expect(slurm.jobs().length).toBe(2);
});

test.concurrent('a job that has ended without a result is no success, by the queue or by the accounting', async ({
  sweep,
}) => {
  const { slurm } = sweep;
  slurm.add('hold');
  const byQueue = sweep.start();
  await slurm.untilCalled('squeue', 1);
  slurm.setStates('TIMEOUT');
  expect((await byQueue.outcome()).stdout).toContain('its job ended in Slurm (TIMEOUT), and left no result of it');
  slurm.add('sacct: on');
  const byAccounting = sweep.start();
  await slurm.untilCalled('squeue', 1);
  slurm.setStates('OUT_OF_MEMORY');
  slurm.hide();
  expect((await byAccounting.outcome()).stdout).toContain('its job ended in Slurm (OUT_OF_MEMORY)');
  slurm.add('unsplit');
  for (const hide of [() => slurm.hide(), () => slurm.remove('sacct: on')]) {
    const cancelled = sweep.start();
    await slurm.untilCalled('squeue', 1);
    slurm.setStates('CANCELLED');
    hide();
    expect((await cancelled.outcome()).stdout).toContain('its job ended in Slurm (CANCELLED)');
  }
  expect(slurm.jobs().length).toBe(4);
  for (const fault of ['hold', 'unsplit'] as const) slurm.remove(fault);
  expect(await sweep.run()).toMatchObject({ exitCode: 0 });
  expect(slurm.ran()).toEqual(stages);
});

test.concurrent('a stage that fails on its node fails alone, and runs again the next time', async ({ sweep }) => {
  const args = ['run', 'point/*', '--set=spoilt=1', '--keep-going'];
  const failed = await sweep.run(args);
  expect(failed).toMatchObject({ exitCode: 1, summary: { failed: ['point/1'] } });
  expect(failed.stdout).toContain('this point is spoilt: choose another');
  expect(await sweep.run(args)).toMatchObject({ exitCode: 1, summary: { failed: ['point/1'] } });
  expect(sweep.slurm.ran()).toEqual([...stages, 'point/1'].sort());

  const again = ['run', 'point/1', '--set', 'spoilt=1', '--executor', 'slurm', '--slurm', 'patience=1'];
  expect((await sweep.call(...again)).stdout).toContain(`  again: npx tsx pipeline.ts ${again.join(' ')} --controls`);
});
