import { expect } from 'vitest';
import { test } from '../support/project.ts';

const everything = ['source', 'transform/a', 'transform/b', 'transform/c', 'collect', 'publish'];

test.concurrent('before anything was built, the first stage is stale and says so, and all do', async ({ project }) => {
  const { stdout } = await project.run('status', '--json');
  expect(JSON.parse(stdout)).toEqual({
    stages: everything.map((name) => ({ name, state: 'stale', reasons: [{ reason: 'never-built' }] })),
  });
  const why = await project.run('why', 'source');
  expect(why).toMatchObject({ exitCode: 0, ran: [], stdout: 'source is stale because\n  it was never built here' });
  expect(project.has('artifacts')).toBe(false);

  const dry = await project.run('all', '--dry-run', '--json');
  expect(dry).toMatchObject({ exitCode: 0, ran: [] });
  expect(dry.stdout.split('\n').map((line) => JSON.parse(line).stage)).toEqual(everything);
  expect(project.has('artifacts')).toBe(false);
  expect(project.has('figures')).toBe(false);
});

test.concurrent('status tells fresh, stale and unknown apart, with reasons and their values', async ({ project }) => {
  await project.all();
  const fresh = await project.run('status', '--json');
  expect(JSON.parse(fresh.stdout)).toEqual({
    stages: everything.map((name) => ({ name, state: 'fresh', reasons: [] })),
  });
  expect((await project.run('status')).stdout).toBe('6 fresh, 0 stale, 0 unknown');
  expect((await project.run('why', 'collect')).stdout).toMatch(
    /^collect is fresh: made in .+ on \S+ \S+, Node v\S+, \S+$/m,
  );

  project.edit('pipeline.ts', 'a: { snr: 0.1 }', 'a: { snr: 0.2 }');
  const changed = await project.run('status', '--json');
  expect(JSON.parse(changed.stdout)).toEqual({
    stages: [
      { name: 'source', state: 'fresh', reasons: [] },
      { name: 'transform/a', state: 'stale', reasons: [{ reason: 'param-changed', param: 'snr', from: 0.1, to: 0.2 }] },
      { name: 'transform/b', state: 'fresh', reasons: [] },
      { name: 'transform/c', state: 'fresh', reasons: [] },
      { name: 'collect', state: 'unknown', reasons: [{ reason: 'upstream-stale', stage: 'transform/a' }] },
      { name: 'publish', state: 'unknown', reasons: [{ reason: 'upstream-stale', stage: 'collect' }] },
    ],
  });
  const why = await project.run('why', 'transform/a', 'collect');
  expect(why.stdout).toBe(
    'transform/a is stale because\n  param `snr` changed 0.1 -> 0.2\n' +
      'collect is unknown because\n  transform/a: param `snr` changed 0.1 -> 0.2',
  );
  const dry = await project.run('all', '--dry-run');
  expect(dry).toMatchObject({ exitCode: 0, ran: [] });
  expect(dry.stdout).toBe(
    'would run transform/a: param `snr` changed 0.1 -> 0.2\n' +
      'would perhaps run collect: transform/a is stale\nwould perhaps run publish: collect is stale',
  );

  const ran = await project.all();
  expect(ran.ran).toEqual(['collect', 'publish', 'transform/a']);
  expect(ran.events.find((event) => event.event === 'stage-started')).toMatchObject({
    reasons: [{ reason: 'param-changed', param: 'snr', from: 0.1, to: 0.2 }],
  });
  expect((await project.run('status')).stdout).toBe('6 fresh, 0 stale, 0 unknown');
});

test.concurrent('what was made before is shown as restorable, and is restored', async ({ project }) => {
  await project.all();
  project.edit('pipeline.ts', 'a: { snr: 0.1 }', 'a: { snr: 0.2 }');
  await project.all();
  project.edit('pipeline.ts', 'a: { snr: 0.2 }', 'a: { snr: 0.1 }');
  const status = await project.run('status');
  expect(status.stdout).toMatch(/^transform\/a +stale \(restorable\) because param `snr` changed 0\.2 -> 0\.1\n/);
  const why = await project.run('why', 'collect');
  expect(why.stdout).toBe(
    'collect is stale because\n  input `variants` changed: transform/a#text changed\n' +
      '  (made before: it will be restored, not run)',
  );
  expect((await project.run('all', '--dry-run')).stdout).toContain('would restore publish');
  expect((await project.all()).ran).toEqual([]);
});

test.concurrent('what may be restored once its upstream has run is not said to be stale', async ({ project }) => {
  await project.all();
  project.edit('pipeline.ts', 'a: { snr: 0.1 }', 'a: { snr: 0.2 }');
  await project.all();
  project.edit('pipeline.ts', 'a: { snr: 0.2 }', 'a: { snr: 0.1 }');
  project.edit('stages/source.ts', 'params.word.trim()', 'params.word.trim().trimEnd()');
  expect(await project.states()).toMatchObject({ source: 'stale', 'transform/a': 'unknown' });
  const outcome = await project.all();
  expect(outcome.ran).toEqual(['source']);
  expect(outcome.summary.restored).toContain('transform/a');
});

test.concurrent('every kind of change has its own reason', async ({ project }) => {
  await project.all();
  const reasonsOf = async (stage: string) => (await project.run('why', stage)).stdout.split('\n').slice(1);

  project.edit('lib/alphabet.ts', 'abc', 'cba');
  expect(await reasonsOf('transform/b')).toEqual(['  code lib/alphabet.ts changed']);
  project.edit('lib/alphabet.ts', 'cba', 'abc');

  project.edit('stages/source.ts', 'word: v.string()', 'word: v.string(), greeting: v.string()');
  project.edit('pipeline.ts', 'params: { word }', "params: { word, greeting: 'hi' }");
  expect(await reasonsOf('source')).toEqual(['  param `greeting` was added (hi)', '  code stages/source.ts changed']);
  project.edit('stages/source.ts', ', greeting: v.string()', '');
  project.edit('pipeline.ts', ", greeting: 'hi'", '');

  project.edit('pipeline.ts', 'c: { snr: 0.5 }', 'c: { snr: 0.5 }, d: { snr: 0.1 }');
  project.edit('pipeline.ts', "separator: '-'", "separator: '+'");
  expect(await reasonsOf('collect')).toEqual([
    '  param `separator` changed - -> +',
    '  transform/d: it was never built here',
  ]);
  project.edit('pipeline.ts', "separator: '+'", "separator: '-'");

  await project.run('invalidate', 'source');
  expect(await reasonsOf('source')).toEqual(['  it was invalidated']);
});
