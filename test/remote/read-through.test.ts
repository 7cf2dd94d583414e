import { EventEmitter, once } from 'node:events';
import { expect } from 'vitest';
import { sampleOf } from '../support/sample.ts';
import { test } from './lab.ts';
import { serverThat } from './servers.ts';

const UPSTREAM = ['source', 'transform/a', 'transform/b', 'transform/c', 'collect'];

test('pull brings the bytes of what is published, and nothing behind it', async ({ lab, origin }) => {
  const clone = lab.clone(origin.maker);
  const pulled = await clone.run('pull', '--json', '--remote', lab.url);
  expect(pulled.exitCode).toBe(0);
  expect(pulled.ran).toEqual([]);
  expect(pulled.summary).toMatchObject({ fetched: ['publish'], known: UPSTREAM, skipped: [] });
  expect(clone.read('figures/figure.txt')).toBe(origin.maker.read('figures/figure.txt'));
  expect(clone.files('artifacts/store/objects')).toHaveLength(1);
  expect(clone.read('artifacts/lock.json')).toBe(origin.maker.read('artifacts/lock.json'));
});

test('pull of a target brings its bytes', async ({ lab, origin }) => {
  const clone = lab.clone(origin.maker);
  const { summary } = await clone.run('pull', 'transform', '--json', '--remote', lab.url);
  expect(summary).toMatchObject({ fetched: ['transform/a', 'transform/b', 'transform/c'], known: ['source'] });
  expect(clone.read('artifacts/transform/a/text.txt')).toBe(origin.maker.read('artifacts/transform/a/text.txt'));
});

test('pull says what is not there, and fails', async ({ lab, origin }) => {
  lab.delete(lab.objectOf(origin.maker.read('figures/figure.txt')));
  const clone = lab.clone(origin.maker);
  const { exitCode, stdout } = await clone.run('pull', '--remote', lab.url);
  expect(exitCode).toBe(1);
  expect(stdout).toContain(`publish#figure is not there`);
  expect(stdout).toContain('skipped publish');
  expect(clone.has('figures/figure.txt')).toBe(false);
});

test('what others have made is not run, and the bytes that a stage reads come when it runs', async ({
  lab,
  origin,
}) => {
  const clone = lab.clone(origin.maker);
  const first = await clone.all('--remote', lab.url);
  expect(first.ran).toEqual([]);
  clone.edit('pipeline.ts', "separator: '-'", "separator: '+'");
  const second = await clone.all('--remote', lab.url);
  expect(second.ran).toEqual(['collect', 'publish']);
  expect(second.summary.known).toEqual(['source', 'transform/a', 'transform/b', 'transform/c']);
  const original = origin.maker.read('artifacts/source/text.txt');
  expect(() => clone.objectOf(original)).toThrow('no object');
  expect(clone.objectOf(origin.maker.read('artifacts/transform/a/text.txt'))).toBeDefined();
  // Without the shared store, what only it has is made here, to the same bytes.
  const third = await clone.all();
  expect(third.ran).toEqual(['source', 'transform/a', 'transform/b', 'transform/c']);
  expect(third.summary.fresh).toEqual(['collect', 'publish']);
});

test('status, why and --dry-run know what others have made, by the lock or by a remote', async ({ lab, origin }) => {
  const clone = lab.clone(origin.maker);
  const remote = ['--remote', lab.url];
  expect((await clone.run('all', '--dry-run', ...remote)).stdout).toBe('would fetch publish: it was never built here');
  await clone.run('pull', ...remote);
  const { stdout } = await clone.run('status');
  expect(stdout).toContain('1 fresh, 5 known, 0 stale, 0 unknown\nwhat is known is not here: the lock says');
  expect((await clone.run('why', 'source')).stdout).toBe(
    'source is known because\n  it was never built here\n  (what it gives is known, but is not here)',
  );
  expect((await clone.run('all', '--dry-run')).stdout.split('\n')).toEqual(
    UPSTREAM.map((stage) => `would run ${stage}: it was never built here`),
  );
  clone.edit('pipeline.ts', "separator: '-'", "separator: '+'");
  expect((await clone.run('all', '--dry-run', ...remote)).stdout.split('\n')).toEqual([
    'would run collect: it was never built here',
    'would perhaps run publish: collect is stale',
  ]);
  await clone.run('invalidate', 'transform/a');
  const { stdout: json } = await clone.run('status', '--json', ...remote);
  const { stages }: { stages: { state: string }[] } = JSON.parse(json);
  expect(stages.map(({ state }) => state)).toEqual(['known', 'stale', 'known', 'known', 'stale', 'unknown']);
  expect(clone.files('artifacts/store/objects')).toHaveLength(1);
});

test('a run that has found all here asks no remote', async ({ lab, origin }) => {
  const clone = lab.clone(origin.maker);
  await clone.all();
  const again = await clone.all('--remote', 'http://127.0.0.1:9');
  expect(again.events.filter(({ event }) => event === 'remote-problem')).toEqual([]);
  expect(again.summary.fresh).toHaveLength(6);
});

test('an object that is missing, truncated, or another is a miss, and its producer runs', async ({ lab, origin }) => {
  const clone = lab.clone(origin.maker);
  clone.edit('pipeline.ts', "separator: '-'", "separator: '+'");
  lab.write(lab.objectOf('ifmmp'), 'hello');
  lab.delete(lab.objectOf('khoor'));
  lab.write(lab.objectOf('mjqqt'), 'mjqq');
  const outcome = await clone.all('--remote', lab.url);
  expect(outcome.stdout).toContain('transform/a#text is damaged there');
  expect(outcome.stdout).toContain('transform/b#text is not there');
  expect(outcome.stdout).toContain('transform/c#text is damaged there');
  expect(outcome.ran).toEqual(['collect', 'publish', 'transform/a', 'transform/b', 'transform/c']);
  expect(outcome.exitCode).toBe(0);
  expect(clone.read('figures/figure.txt')).toBe('ifmmp+khoor+mjqqt (up to t)\n');
});

test('a chain of misses runs from where the bytes are', async ({ lab, origin }) => {
  for (const text of ['hello', 'khoor']) lab.delete(lab.objectOf(text));
  const clone = lab.clone(origin.maker);
  clone.edit('pipeline.ts', "separator: '-'", "separator: '+'");
  const outcome = await clone.all('--remote', lab.url);
  expect(outcome.ran).toEqual(['collect', 'publish', 'source', 'transform/b']);
  expect(outcome.exitCode).toBe(0);
});

test('a miss whose producer fails fails what needs it', async ({ lab, origin }) => {
  lab.delete(lab.objectOf('khoor'));
  const clone = lab.clone(origin.maker);
  clone.edit('pipeline.ts', "separator: '-'", "separator: '+'");
  clone.spoil('transform/b', 'stage error');
  const { exitCode, summary } = await clone.all('--remote', lab.url);
  expect(exitCode).toBe(1);
  expect(summary).toMatchObject({ failed: ['transform/b'], skipped: ['collect', 'publish'] });
});

test('of several misses one fails, and the others run', async ({ lab, origin }) => {
  for (const text of ['khoor', 'mjqqt']) lab.delete(lab.objectOf(text));
  const clone = lab.clone(origin.maker);
  clone.edit('pipeline.ts', "separator: '-'", "separator: '+'");
  clone.spoil('transform/b', 'stage error');
  const { summary } = await clone.all('--keep-going', '--remote', lab.url);
  expect(summary).toMatchObject({ ran: ['transform/c'], failed: ['transform/b'], skipped: ['collect', 'publish'] });
});

test('a miss that is made here, and then can not be kept, is a failure of its stage alone', async ({ lab, origin }) => {
  for (const text of ['khoor', 'mjqqt']) lab.delete(lab.objectOf(text));
  const clone = lab.clone(origin.maker);
  clone.edit('pipeline.ts', "separator: '-'", "separator: '+'");
  clone.write('artifacts/store/logs/transform/b.log/in the way', '');
  const { exitCode, stderr, summary } = await clone.all('--keep-going', '--remote', lab.url);
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
  expect(summary).toMatchObject({ ran: ['transform/c'], failed: ['transform/b'], skipped: ['collect', 'publish'] });
});

test('an artifact of before does not stay beside what is built from another', async ({ lab, origin }) => {
  const clone = lab.clone(origin.maker);
  clone.edit('pipeline.ts', "word: 'hello'", "word: 'world'");
  await clone.all();
  clone.edit('pipeline.ts', "word: 'world'", "word: 'hello'");
  clone.write('artifacts/lock.json', origin.maker.read('artifacts/lock.json'));
  await clone.all('--remote', lab.url);
  expect(clone.has('artifacts/source/text.txt')).toBe(false);
  expect(clone.read('figures/figure.txt')).toBe(origin.maker.read('figures/figure.txt'));
});

test('a producer that gives other bytes than the lock says has diverged', async ({ lab, origin }) => {
  lab.delete(lab.objectOf('khoor'));
  const clone = lab.clone(origin.maker);
  clone.edit('pipeline.ts', "separator: '-'", "separator: '+'");
  clone.spoil('transform/b', 'another text each time');
  const { exitCode, stdout, summary } = await clone.all('--remote', lab.url);
  expect(exitCode).toBe(1);
  expect(stdout).toContain('stage-diverged');
  expect(summary.skipped).toContain('collect');
});

test('what may give other bytes by --accept runs, whatever others have', async ({ lab, origin }) => {
  const clone = lab.clone(origin.maker);
  clone.spoil('collect', 'another text each time');
  const accept = ['--accept', 'collect', '--remote', lab.url];
  expect((await clone.run('all', '--dry-run', ...accept)).stdout).toContain('would run collect: ');
  const { exitCode, ran, events } = await clone.all(...accept);
  expect({ exitCode, ran }).toEqual({ exitCode: 0, ran: ['collect', 'publish'] });
  expect(events).toContainEqual(expect.objectContaining({ event: 'stage-accepted', stage: 'collect' }));
});

test('what is invalidated or forced runs, whatever others have', async ({ lab, origin }) => {
  const clone = lab.clone(origin.maker);
  await clone.run('invalidate', 'transform/a');
  const invalidated = await clone.all('--remote', lab.url);
  expect(invalidated.ran).toEqual(['transform/a']);
  const forced = await clone.run('run', 'collect', '--force', '--json', '--remote', lab.url);
  expect(forced.ran).toEqual(['collect']);
});

test('a remote that cannot be reached is told of once, and everything is made here', async ({ lab, origin }) => {
  const clone = lab.clone(origin.maker);
  const { exitCode, events, ran } = await clone.all('--remote', 'http://127.0.0.1:9');
  expect(exitCode).toBe(0);
  expect(events.filter(({ event }) => event === 'remote-problem')).toHaveLength(1);
  expect(ran).toHaveLength(6);
});

test('a URL that is no shared store is wrong usage, and a folder that is not there is told of', async ({
  lab,
  origin,
}) => {
  const clone = lab.clone(origin.maker);
  for (const url of sampleOf(['ftp://somewhere', 'file://relative/path', 'shared'], 3)) {
    const { exitCode, stderr } = await clone.run('pull', '--remote', url);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`'${url}' is no shared store`);
  }
  const odd = [
    'http://a%zz:secret@somewhere',
    'file:///a%2Fb',
    's3://bucket/%zz',
    'http://somewhere?sig=secret',
    's3://lab#secret',
  ];
  for (const url of sampleOf(odd, 3)) {
    const { exitCode, stderr } = await clone.run('pull', '--remote', url);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^error: .*(encodes nothing|has no query .*)$/);
    expect(stderr).not.toMatch(/a%zz|secret/);
  }
  const { exitCode, stdout } = await clone.run('pull', '--remote', `${lab.url}-elsewhere`);
  expect(exitCode).toBe(1);
  expect(stdout).toContain(`${lab.shared}-elsewhere is not there: make it, or mount it; it is asked nothing more`);
});

test('Ctrl-C ends what waits for a remote', async ({ lab, origin }) => {
  const asked = new EventEmitter();
  const url = await serverThat(() => asked.emit('request'));
  const pulling = lab.clone(origin.maker).start(['pull', '--remote', url]);
  await once(asked, 'request');
  process.kill(pulling.pid, 'SIGINT');
  const { exitCode, stdout } = await pulling.outcome();
  expect(exitCode).toBe(130);
  expect(stdout).toContain('interrupted: ');
});
