import { statSync } from 'node:fs';
import { expect } from 'vitest';
import { test } from '../support/project.ts';

const collected = 'ifmmp-khoor-mjqqt';

test.concurrent('outputs that were deleted or edited by hand are restored, and nothing runs', async ({ project }) => {
  await project.all();
  const figure = project.read('figures/figure.txt');

  project.delete('artifacts/collect/text.txt');
  expect(await project.all()).toMatchObject({ ran: [], summary: { restored: ['collect'] } });
  expect(project.read('artifacts/collect/text.txt')).toBe(collected);

  project.delete('artifacts/transform/a/text.txt');
  project.write('artifacts/transform/a/text.txt', 'by hand');
  project.write('figures/figure.txt', 'by hand');
  const why = await project.run('why', 'publish', 'transform/a');
  expect(why.stdout).toContain('figures/figure.txt is not what it made');
  expect(why.stdout).toContain('artifacts/transform/a/text.txt is not what it made');
  expect(await project.all()).toMatchObject({ ran: [], summary: { restored: ['transform/a', 'publish'] } });
  expect(project.read('figures/figure.txt')).toBe(figure);
  expect(project.read('artifacts/transform/a/text.txt')).toBe('ifmmp');

  project.delete('artifacts/transform');
  project.delete('figures');
  expect((await project.all()).ran).toEqual([]);
  expect(project.read('figures/figure.txt')).toBe(figure);
  expect(Object.values(await project.states())).toEqual(Array(6).fill('fresh'));
});

test.concurrent('an artifact is a link into the store: an edit in place is found, and what it spoilt is made anew', async ({
  project,
}) => {
  await project.all();
  const artifact = 'artifacts/transform/a/text.txt';
  const object = project.objectOf('ifmmp');
  expect(statSync(project.path(artifact)).ino).toBe(statSync(project.path(object)).ino);
  expect(statSync(project.path(artifact)).mode & 0o777).toBe(0o444);
  project.write(artifact, 'by hand');
  expect((await project.run('why', 'transform/a')).stdout).toContain('its output `text` is damaged in the store');
  const mended = await project.all();
  expect(mended.ran).toEqual(['transform/a']);
  expect(mended.events.find((event) => event.event === 'set-aside')).toMatchObject({ what: 'transform/a#text' });
  expect(project.read(artifact)).toBe('ifmmp');
  expect(statSync(project.path(artifact)).ino).toBe(statSync(project.path(object)).ino);
  expect((await project.all()).ran).toEqual([]);
});

test.concurrent('an object that is lost or damaged is mended by its copy, and made anew when both are gone', async ({
  project,
}) => {
  await project.all();
  const object = project.objectOf(collected);

  project.delete(object);
  expect(await project.all()).toMatchObject({ ran: [], summary: { restored: ['collect'] } });
  expect(project.read(object)).toBe(collected);

  project.delete(object);
  project.write(object, 'flipped');
  const damaged = await project.all();
  expect(damaged).toMatchObject({ ran: [], summary: { restored: ['collect'] } });
  expect(damaged.events.find((event) => event.event === 'set-aside')).toMatchObject({ what: 'collect#text' });
  expect(project.read(object)).toBe(collected);

  project.delete(object);
  project.delete('artifacts/collect/text.txt');
  expect((await project.all()).ran).toEqual(['collect']);
  expect(project.read(object)).toBe(collected);

  project.write(object, 'flipped');
  project.write('artifacts/collect/text.txt', 'flipped too');
  const rebuilt = await project.all();
  expect(rebuilt).toMatchObject({ exitCode: 0, ran: ['collect'] });
  expect(rebuilt.events.filter((event) => event.event === 'set-aside')).toHaveLength(1);
  expect(project.read('artifacts/collect/text.txt')).toBe(collected);
  expect((await project.all()).ran).toEqual([]);
});

test.concurrent('whatever stands in the way of an output is set aside, and named', async ({ project }) => {
  await project.all();
  project.delete('figures/figure.txt');
  project.write('figures/figure.txt/notes.txt', 'mine');
  const mended = await project.all();
  expect(mended).toMatchObject({ exitCode: 0, ran: [] });
  const [event] = mended.events.filter((found) => found.event === 'set-aside');
  expect(event).toMatchObject({ what: 'figures/figure.txt' });
  expect(project.files('artifacts/store/damaged').filter((file) => file.endsWith('notes.txt'))).toHaveLength(1);
});

test.concurrent('an object of several stages is set aside once, and made anew', async ({ project }) => {
  project.edit('pipeline.ts', 'b: { snr: 0.3 }', 'b: { snr: 0.1 }');
  await project.all();
  project.write(project.objectOf('ifmmp'), 'flipped');
  project.delete('artifacts/transform');
  const rebuilt = await project.all();
  expect(rebuilt).toMatchObject({
    exitCode: 0,
    ran: ['transform/a', 'transform/b'],
    summary: { restored: ['transform/c'] },
  });
  expect(rebuilt.events.filter((event) => event.event === 'set-aside')).toHaveLength(1);
  expect(project.read('artifacts/transform/b/text.txt')).toBe('ifmmp');
  expect((await project.all()).ran).toEqual([]);
});

test.concurrent('without a store everything runs, although the lock and all outputs are there', async ({ project }) => {
  await project.all();
  const lock = project.read('artifacts/lock.json');
  project.delete('artifacts/store');
  expect((await project.all()).ran).toHaveLength(6);
  expect(project.read('artifacts/lock.json')).toBe(lock);
});

test.concurrent('an invalidated stage runs anew; what follows it does not, since its bytes are the same', async ({
  project,
}) => {
  await project.all();
  const invalidated = await project.run('invalidate', 'source', 'transform/b');
  expect(invalidated).toMatchObject({ exitCode: 0, ran: [], stdout: 'invalidated source\ninvalidated transform/b' });
  expect(await project.states()).toMatchObject({
    source: 'stale',
    'transform/a': 'unknown',
    'transform/b': 'stale',
    collect: 'unknown',
  });
  expect((await project.all()).ran).toEqual(['source', 'transform/b']);
  expect((await project.all()).ran).toEqual([]);

  // Also what it made with other params in the past.
  project.edit('pipeline.ts', 'a: { snr: 0.1 }', 'a: { snr: 0.2 }');
  await project.all();
  await project.run('invalidate', 'transform/a');
  project.edit('pipeline.ts', 'a: { snr: 0.2 }', 'a: { snr: 0.1 }');
  const back = await project.all();
  expect(back.ran).toEqual(['transform/a']);
  expect(back.summary.restored).toEqual(['collect', 'publish']);
});

test.concurrent('an invalidation counts although a kill left the last line of the ledger unfinished', async ({
  project,
}) => {
  await project.all();
  const ledger = project.read('artifacts/store/ledger.jsonl');
  project.write('artifacts/store/ledger.jsonl', `${ledger}0123456789abcdef {"entry":"resu`);
  await project.run('invalidate', 'source');
  expect((await project.all()).ran).toEqual(['source']);
});
