import { expect } from 'vitest';
import { runWords, shellCommand } from '../../cli/choice-words.ts';
import { untilEnded } from '../support/poll.ts';
import { type Mishap, type Project, test } from '../support/project.ts';

const stackLine = /^ +at \S+/m;

function failure(events: readonly { event: string; message?: string; log?: string }[]) {
  const failures = events.filter(({ event }) => event === 'stage-failed');
  expect(failures).toHaveLength(1);
  return { message: failures[0]?.message ?? '', log: failures[0]?.log ?? '' };
}

/** Has a stage fail in one way, and checks what holds for all ways; returns the message and the path of the log. */
async function failOnce(project: Project, mishap: Mishap) {
  project.spoil('transform/b', mishap);
  const outcome = await project.start(['all', '--json', '--jobs=1', '--keep-going']).outcome();
  expect(outcome, mishap).toMatchObject({
    exitCode: 1,
    summary: { failed: ['transform/b'], skipped: ['collect', 'publish'] },
  });
  const { ran = [], fresh = [] } = outcome.summary ?? {};
  expect([...ran, ...fresh].sort(), mishap).toEqual(['source', 'transform/a', 'transform/c']);
  expect(outcome.stdout + outcome.stderr, mishap).not.toMatch(stackLine);
  expect(project.files('artifacts/store/tmp')).toEqual([]);
  project.mend('transform/b');
  return failure(outcome.events);
}

async function failInAllWays(project: Project, ways: readonly [Mishap, RegExp][]): Promise<void> {
  for (const [mishap, message] of ways) expect((await failOnce(project, mishap)).message).toMatch(message);
  expect(project.has('artifacts/transform/b')).toBe(false);
  expect(await project.all()).toMatchObject({ exitCode: 0, ran: ['collect', 'publish', 'transform/b'] });
  expect(project.read('artifacts/transform/b/text.txt')).toBe('khoor');
}

test.concurrent('a stage that throws fails alone; the stack is in the log of a defect only', async ({ project }) => {
  const defect = await failOnce(project, 'defect');
  expect(defect.message).toBe('a defect of the stage');
  expect(project.read('artifacts/store/logs/transform/b.log')).toMatch(stackLine);
  expect(defect.log).toBe(project.path('artifacts/store/logs/transform/b.log'));
  const log = await project.run('log', 'transform/b');
  expect(log.stdout).toContain('TypeError: a defect of the stage');

  const expected = await failOnce(project, 'stage error');
  expect(expected.message).toBe('the word is unusable: choose another');
  const told = project.read('artifacts/store/logs/transform/b.log');
  expect(told).toContain('the word is unusable: choose another');
  expect(told).not.toMatch(stackLine);

  project.spoil('transform/b', 'defect');
  const plain = await project.run('all');
  expect(plain).toMatchObject({ exitCode: 1, stderr: '', ran: ['transform/b'] });
  expect(plain.stdout).toContain(`FAILED transform/b: a defect of the stage\n  log: ${defect.log}`);
  const atEnd = plain.stdout.slice(plain.stdout.lastIndexOf('transform/b failed: a defect of the stage'));
  expect(atEnd).toContain('  again: npx tsx pipeline.ts run transform/b --controls ');
  project.mend('transform/b');
  project.spoil('transform/b', 'stage error');
  const chosen = await project.run('all', '--set', "word=it's", '--out', 'other');
  const [, ending = ''] = chosen.stdout.split('\ntransform/b failed: the word is unusable: choose another\n');
  expect(ending).toContain(
    "  again: npx tsx pipeline.ts run transform/b --set 'word=it'\\''s' --out other --controls ",
  );
  project.mend('transform/b');
  expect(await project.all()).toMatchObject({ exitCode: 0, ran: ['collect', 'publish', 'transform/b'] });
  expect(project.has('artifacts/store/logs/transform/b.log')).toBe(false);

  // What was fresh is at work again only by force.
  project.spoil('source', 'stage error');
  const forced = await project.run('run', 'source', '--force');
  expect(forced.stdout).toContain('  again: npx tsx pipeline.ts run source --force --controls ');
});

test.concurrent('a stage that says nothing leaves no log, whether it fails or not', async ({ project }) => {
  project.spoil('source', 'exit');
  const quiet = await project.all();
  expect(quiet).toMatchObject({ exitCode: 1, summary: { failed: ['source'] } });
  expect(quiet.events.find(({ event }) => event === 'stage-failed')).not.toHaveProperty('log');
  expect(project.has('artifacts/store/logs')).toBe(false);
  expect((await project.run('log', 'source')).stderr).toContain("there is no log of 'source'");
  project.mend('source');
  await project.run('run', 'source');
  expect(project.files('artifacts/store/objects')).toHaveLength(1);
  expect(await project.run('log', 'source')).toMatchObject({ exitCode: 0, stdout: '' });
  // What it said when it failed before is not what it says now.
  project.spoil('source', 'defect');
  await project.run('run', 'source', '--force');
  expect(project.has('artifacts/store/logs/source.log')).toBe(true);
  project.spoil('source', 'exit');
  await project.run('run', 'source', '--force');
  expect(project.has('artifacts/store/logs/source.log')).toBe(false);
});

test.concurrent('a stage whose process ends fails alone, and says how it ended', async ({ project }) => {
  await failInAllWays(project, [
    ['exit', /its process ended: it exited with code 0/],
    ['abort', /its process ended: it aborted \(SIGABRT\)/],
    ['unhandled rejection', /its process ended: it exited with code 1/],
    ['endless wait', /its process ended: it exited with code 13/],
  ]);
});

test.concurrent('all that the process of a stage says is in the log of the stage, and in no other', async ({
  project,
}) => {
  const stages = ['transform/a', 'transform/b', 'transform/c'];
  for (const stage of stages) project.spoil(stage, 'chatter');
  for (let repetition = 0; repetition < 5; repetition++) {
    await project.all('--force');
    for (const stage of stages) {
      const { stdout } = await project.run('log', stage);
      expect(stdout.replace(/rotates by .*(\n|$)/, '').trimEnd() === `${stage} `.repeat(20_000).trimEnd(), stage).toBe(
        true,
      );
    }
  }
});

test.concurrent('a stage that fills its memory fails alone', async ({ project }) => {
  const { message } = await failOnce(project, 'full memory');
  expect(message).toMatch(/its process ended: it aborted, since its memory was full/);
  expect(await project.all()).toMatchObject({ exitCode: 0, ran: ['collect', 'publish', 'transform/b'] });
});

test.concurrent('a process runs one stage after the other, until it has held much memory', async ({ project }) => {
  const processes = async () => {
    expect((await project.all('--jobs=1')).exitCode).toBe(0);
    for (const folder of ['artifacts', 'figures']) project.delete(folder);
    return ['source', 'transform/a', 'transform/b', 'transform/c'].map((stage) => project.workerOf(stage));
  };
  expect(new Set(await processes()).size).toBe(1);
  project.spoil('source', 'much memory');
  const [source, ...transforms] = await processes();
  expect(new Set(transforms).size).toBe(1);
  expect(transforms).not.toContain(source);
});

test.concurrent('a process takes a large bundle that is new to it only with room for it, and ends else', async ({
  project,
}) => {
  // Fifty times this is more than a process may hold.
  project.edit(
    'stages/collect.ts',
    'export default',
    `export const LARGE = '${'x'.repeat(10 << 20)}';\nexport default`,
  );
  project.edit('stages/collect.ts', 'variants.join(', 'variants.concat(LARGE.slice(1, 1)).join(');
  project.hold('publish');
  const started = project.start(['all', '--json', '--jobs=1']);
  await project.untilAtWork('publish');
  const [before, large, after] = ['transform/c', 'collect', 'publish'].map((stage) => project.workerOf(stage));
  expect(large).not.toBe(before);
  expect(after).toBe(large);
  expect(() => process.kill(before ?? 0, 0)).toThrow('ESRCH');
  project.release('publish');
  expect((await started.outcome()).exitCode).toBe(0);
});

test.concurrent('a stage whose process is killed fails alone; its log has what was not handled', async ({
  project,
}) => {
  await failOnce(project, 'unhandled rejection');
  expect((await project.run('log', 'transform/b')).stdout).toContain('Error: nobody handles this');

  project.hold('transform/b');
  const started = project.start(['all', '--json', '--jobs=1', '--keep-going']);
  await project.untilAtWork('transform/b');
  process.kill(project.workerOf('transform/b'), 'SIGKILL');
  project.release('transform/b');
  const killed = await started.outcome();
  expect(killed).toMatchObject({ exitCode: 1, summary: { failed: ['transform/b'] } });
  expect(failure(killed.events).message).toMatch(/it was killed \(SIGKILL\)/);
  expect(await project.all()).toMatchObject({ exitCode: 0, ran: ['collect', 'publish', 'transform/b'] });
});

test.concurrent('a stage that speaks in place of its worker fails alone', async ({ project }) => {
  await failInAllWays(project, [
    ['noise on the channel', /it wrote to the channel of its worker what is no message/],
    ['a message without sense', /its worker sent a message that is wrong/],
  ]);
});

test.concurrent('a stage that reports a progress that is no number fails alone', async ({ project }) => {
  project.edit('stages/transform.ts', 'done: 1,', "done: params.name === 'b' ? Number.NaN : 1,");
  const outcome = await project.all('--keep-going');
  expect(outcome).toMatchObject({
    exitCode: 1,
    summary: { failed: ['transform/b'], ran: ['source', 'transform/a', 'transform/c'] },
  });
  expect(failure(outcome.events).message).toMatch(/it reported a progress that is wrong: .*done/s);
});

test.concurrent('a stage that makes other than its outputs fails alone', async ({ project }) => {
  await failInAllWays(project, [
    ['undeclared output', /it made 'extra', which is not one of its declared outputs/],
    ['omitted output', /it did not make its output 'text'/],
  ]);
});

test.concurrent('a stage that works on after it has reported done fails alone', async ({ project }) => {
  await failInAllWays(project, [
    ['late timer', /the stage reported done while it was still at work/],
    ['late write', /the stage reported done while it was still at work/],
  ]);
});

test.concurrent('what a failed stage has left at work does not harm the next stage', async ({ project }) => {
  project.spoil('transform/a', 'late timer');
  project.hold('transform/b');
  const started = project.start(['all', '--json', '--jobs=1', '--keep-going']);
  await project.untilAtWork('transform/b');
  await untilEnded(project.workerOf('transform/a'));
  project.release('transform/b');
  expect((await started.outcome()).summary).toMatchObject({
    ran: ['source', 'transform/b', 'transform/c'],
    failed: ['transform/a'],
  });
});

test.concurrent('after a failure no new stage starts, unless to keep going', async ({ project }) => {
  project.spoil('transform/a', 'stage error');
  const stopped = await project.all();
  expect(stopped).toMatchObject({ exitCode: 1, ran: ['source', 'transform/a'] });
  expect(stopped.summary).toMatchObject({
    failed: ['transform/a'],
    skipped: ['transform/b', 'transform/c', 'collect', 'publish'],
  });
  const kept = await project.all('--keep-going');
  expect(kept).toMatchObject({ exitCode: 1, ran: ['transform/a', 'transform/b', 'transform/c'] });
  expect(kept.summary).toMatchObject({ failed: ['transform/a'], skipped: ['collect', 'publish'] });
  expect(project.lockedStages()).toEqual(['source', 'transform/b', 'transform/c']);
  project.mend('transform/a');
  expect((await project.all()).ran).toEqual(['collect', 'publish', 'transform/a']);
});

test.concurrent('the command that repeats a stage runs it in the same way, and tells no credentials', () => {
  const slurm = { executor: 'slurm', slurm: 'partition=short,time=30' };
  const remote = { remote: 'https://me:secret@store/lab', trust: ["a's.pem"] };
  const runOptions = { mnist: '/data/mnist' };
  expect(shellCommand(runWords({ set: ['n=1'], profile: 'quick', ...slurm, ...remote, runOptions }))).toBe(
    "--set n=1 --profile quick --executor slurm --slurm partition=short,time=30 --remote https://store/lab --trust 'a'\\''s.pem' --mnist /data/mnist",
  );
  expect(runWords({ executor: 'local', trust: ['of-the-environment.pem'] })).toEqual([]);
});
