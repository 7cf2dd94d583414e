import { expect } from 'vitest';
import { type Project, test } from '../support/project.ts';

/** What a clone of the repository has of a project that is up to date. */
async function builtAndCloned(project: Project): Promise<void> {
  await project.all();
  for (const folder of ['store', 'source', 'transform', 'collect', 'publish']) project.delete(`artifacts/${folder}`);
}

/** Changes a file, has it checked, and changes it back; returns what was said. */
async function checkedWith(project: Project, file: string, from: string, to: string) {
  const text = project.read(file);
  project.edit(file, from, to);
  const outcome = await project.run('check');
  project.write(file, text);
  return { exitCode: outcome.exitCode, said: outcome.stdout.split('\n').slice(0, -1), ran: outcome.ran };
}

test.concurrent('a clone without a store passes the check, which runs and writes nothing', async ({ project }) => {
  await builtAndCloned(project);
  const { exitCode, stdout, ran } = await project.run('check');
  expect({ exitCode, stdout, ran }).toEqual({ exitCode: 0, stdout: '6 stages: as the lock says', ran: [] });
  expect(project.files('artifacts')).toEqual(['lock.json']);
  const json = await project.run('check', '--json');
  expect(JSON.parse(json.stdout)).toEqual({ event: 'check', stages: 6, differences: 0, strays: 0 });
});

test.concurrent('the check names each stage that is not as locked, and why', async ({ project }) => {
  await builtAndCloned(project);
  const passes = { exitCode: 0, said: [], ran: [] };
  const fails = (...said: string[]) => ({ exitCode: 1, said, ran: [] });

  expect(await checkedWith(project, 'lib/alphabet.ts', '/** Three', '/** Perhaps three')).toEqual(passes);
  expect(await checkedWith(project, 'pipeline.ts', 'a: { snr: 0.1 }', 'a: { snr: 0.2 }')).toEqual(
    fails('transform/a is not as locked because', '  param `snr` changed 0.1 -> 0.2'),
  );
  expect(await checkedWith(project, 'lib/alphabet.ts', "'abc", "'ABC")).toEqual(
    fails(
      ...['a', 'b', 'c'].flatMap((name) => [
        `transform/${name} is not as locked because`,
        '  code lib/alphabet.ts changed',
      ]),
    ),
  );
  expect(await checkedWith(project, 'figures/figure.txt', 'up to', 'down to')).toEqual(
    fails('publish is not as locked because', '  figures/figure.txt is not what it made'),
  );
  expect(await checkedWith(project, 'pipeline.ts', ', c: { snr: 0.5 }', '')).toEqual(
    fails(
      'collect is not as locked because',
      '  the lock has it by another recipe than its params, its code and its locked inputs give',
      'transform/c is not as locked because',
      '  the lock has it, but the pipeline has not',
    ),
  );
  expect(await checkedWith(project, 'pipeline.ts', 'b: { snr: 0.3 }', 'b: { snr: 0.3 }, d: { snr: 0.7 }')).toEqual(
    fails(
      'transform/d is not as locked because',
      '  the lock does not have it',
      'collect is not as locked because',
      '  the lock has it by another recipe than its params, its code and its locked inputs give',
    ),
  );
  project.delete('figures/figure.txt');
  const json = await project.run('check', '--json');
  expect(json.exitCode).toBe(1);
  expect(json.stdout.split('\n').map((line) => JSON.parse(line))).toEqual([
    { event: 'difference', stage: 'publish', reasons: [{ reason: 'output-missing', path: 'figures/figure.txt' }] },
    { event: 'check', stages: 6, differences: 1, strays: 0 },
  ]);
});

test.concurrent('the check names each file among the published ones that no stage publishes', async ({ project }) => {
  await project.all();
  project.write('notes.txt', 'beside the pipeline');
  project.write('figures/.hidden', '');
  expect(await project.run('check')).toMatchObject({ exitCode: 0, stdout: '6 stages: as the lock says' });

  project.edit('pipeline.ts', 'figures/figure.txt', 'figures/renamed.txt');
  await project.all();
  const { exitCode, stdout } = await project.run('check');
  expect({ exitCode, said: stdout.split('\n') }).toEqual({
    exitCode: 1,
    said: [
      '6 stages: as the lock says',
      'figures/figure.txt is published by no stage: delete it, or keep it in another folder',
    ],
  });
  const json = await project.run('check', '--json');
  expect(json.exitCode).toBe(1);
  expect(json.stdout.split('\n').map((line) => JSON.parse(line))).toEqual([
    { event: 'stray', path: 'figures/figure.txt' },
    { event: 'check', stages: 6, differences: 0, strays: 1 },
  ]);
  project.edit('pipeline.ts', 'figures/renamed.txt', 'at-the-root.txt');
  await project.all();
  expect(await project.run('check')).toMatchObject({ exitCode: 0, stdout: '6 stages: as the lock says' });
});

test.concurrent('a rebuild of the same bytes passes; of others, it names the first in order, and how far apart', async ({
  project,
}) => {
  project.edit('stages/text.ts', 'decode:', 'numbers: (bytes) => bytes,\n  decode:');
  // A stage that reads what is no part of its recipe.
  project.write('word.txt', 'hello');
  project.edit('stages/source.ts', 'params.word.trim()', `readFileSync('${project.path('word.txt')}', 'utf8')`);
  project.edit('stages/source.ts', 'import', "import { readFileSync } from 'node:fs';\nimport");
  const { ran: everything } = await project.all();
  const before = project.files('artifacts');

  const same = await project.run('check', '--rebuild', '--jobs=1');
  expect(same).toMatchObject({ exitCode: 0, ran: everything });
  expect(same.stdout).toContain('every output is, byte for byte, as locked');
  expect(await project.run('check', '--rebuild', 'transform/a', '--quiet')).toMatchObject({
    exitCode: 0,
    ran: ['source', 'transform/a'],
  });

  project.write('word.txt', 'hellp');
  const diverged = await project.run('check', '--rebuild', '--jobs=2');
  expect(diverged).toMatchObject({ exitCode: 1, ran: everything });
  expect(diverged.stdout).toContain(
    'the first to diverge from the lock is source, in its output `text`: ' +
      'its 5 numbers differ by at most 1.00e+0, relatively 8.93e-3',
  );
  project.write('word.txt', 'hell');
  const json = await project.run('check', '--rebuild', '--json');
  expect(json.exitCode).toBe(1);
  expect(json.events.at(-1)).toEqual({
    event: 'diverged',
    stage: 'source',
    output: 'text',
    distance: { counts: [5, 4] },
  });
  expect(project.files('artifacts')).toEqual(before);
  expect((await project.all()).ran).toEqual([]);
});

test.concurrent('a rebuild that was interrupted says nothing of sameness', async ({ project }) => {
  await project.all();
  project.hold('transform/b');
  const started = project.start(['check', '--rebuild', '--jobs=1', '--json']);
  await project.untilAtWork('transform/b');
  process.kill(started.pid, 'SIGINT');
  const { exitCode, stdout, events } = await started.outcome();
  expect(exitCode).toBe(130);
  expect(events.at(-1)).toMatchObject({ event: 'summary', interrupted: true });
  expect(stdout).not.toContain('same');
  project.release('transform/b');
  expect(await project.run('check', '--rebuild')).toMatchObject({ exitCode: 0 });
});

test.concurrent('a rebuild of stages that the lock does not have is no proof', async ({ project }) => {
  await project.all();
  project.edit('pipeline.ts', 'c: { snr: 0.5 }', 'c: { snr: 0.5 }, d: { snr: 0.7 }');
  const outcome = await project.run('check', '--rebuild', 'transform/d');
  expect(outcome).toMatchObject({ exitCode: 1, ran: ['source', 'transform/d'] });
  expect(outcome.stdout).not.toContain('as locked');
  expect(outcome.stderr).toContain('the lock does not have all outputs');
});
