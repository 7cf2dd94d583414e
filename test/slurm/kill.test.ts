import { expect } from 'vitest';
import type { FaultPoint } from '../../engine/fault-points.ts';
import { untilEnded } from '../support/poll.ts';
import { test } from '../support/sweep.ts';

/** In an order in which the next is reached with what the last has left. */
const moments: readonly FaultPoint[] = [
  // Of the batch of the source, which is never submitted, and of a second, which is.
  'slurm:intended',
  'slurm:asked',
  'slurm:looked',
  // Of the result of the source.
  'slurm:found',
  'ledger:half-appended',
  'ledger:appended',
  'slurm:settled',
  'slurm:given-up',
  // Of the batch of the points, and of their results.
  'slurm:submitted',
  'stage:recorded',
];

test('whenever the front end is killed, the same command loses nothing, and nothing runs twice', async ({ sweep }) => {
  const { slurm, project } = sweep;
  // What is done before Slurm is asked would not be awaited.
  slurm.add('hold');
  for (const moment of moments) {
    const killed = sweep.start(undefined, { PIPELINE_FAULT: moment });
    expect(await killed.outcome(), moment).toMatchObject({ exitCode: undefined });
    await untilEnded(-killed.pid);
    if (moment === 'slurm:looked') slurm.remove('hold');
  }
  expect(await sweep.run()).toMatchObject({ exitCode: 0, stderr: '' });
  expect(slurm.ran()).toEqual(['point/0', 'point/1', 'point/2', 'source']);
  expect(slurm.jobs().length).toBe(2);
  expect(project.files('artifacts/store/slurm')).toEqual([]);
  expect(project.read('artifacts/point/2/text.txt')).toBe('p2');
});
