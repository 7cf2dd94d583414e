import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { FaultPoint } from '../../engine/fault-points.ts';
import type { Key } from '../../engine/remote.ts';
import { outputsIn } from '../../engine/shared-result.ts';
import { type Lab, test } from './lab.ts';

/** Whether every result that is shared has all its objects. */
function isWhole(lab: Lab): boolean {
  const objects = new Set<string>(lab.keys('cas'));
  return lab
    .keys('ac')
    .every((key) => outputsIn(Buffer.from(lab.read(key))).every((name) => objects.has(`cas/${name}`)));
}

const moments: readonly (readonly [FaultPoint, number])[] = [
  ['push:object', 6],
  ['push:result', 2],
];

test.for(moments)(
  'a push that is killed at %s leaves nothing half, and the next one brings the rest',
  async ([point, nth], { lab, origin }) => {
    lab.empty();
    const env = { PIPELINE_FAULT: `${point}:${nth}` };
    const killed = await origin.maker.start(['push', '--remote', lab.url], env).outcome();
    expect(killed.exitCode).toBeUndefined();
    expect(isWhole(lab)).toBe(true);
    await lab.push(origin.maker);
    expect([lab.keys('ac'), lab.keys('cas')].map(({ length }) => length)).toEqual([6, 6]);
    expect(isWhole(lab)).toBe(true);
  },
);

test('an object that is damaged here is not pushed, nor any result with it', async ({ lab, origin }) => {
  lab.empty();
  const maker = lab.clone(origin.maker);
  await maker.all();
  const object = maker.objectOf('khoor');
  maker.delete(object);
  maker.write(object, 'khooR');
  const { exitCode, stderr } = await maker.run('push', '--remote', lab.url);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('transform/b is left: an object of it is damaged here');
  expect(lab.keys('ac')).toHaveLength(5);
  expect(isWhole(lab)).toBe(true);
});

test('who has made things of what only others have pushes them', async ({ lab, origin }) => {
  const clone = lab.clone(origin.maker);
  clone.edit('pipeline.ts', "separator: '-'", "separator: '+'");
  await clone.all('--remote', lab.url);
  const { stdout } = await clone.run('push', '--remote', lab.url);
  expect(stdout).toContain('pushed 2 results and 2 objects');
});

test('gc of a shared store keeps what is young, and what a lock or a result that is kept needs', async ({
  lab,
  origin,
}) => {
  const other = lab.clone(origin.maker);
  other.edit('pipeline.ts', "separator: '-'", "separator: '+'");
  await other.all();
  await lab.push(other);
  const locks = ['--lock', origin.maker.path('artifacts/lock.json')];
  const gc = (...args: readonly string[]) => origin.maker.run('gc', '--remote', lab.url, '--keep-days', '7', ...args);

  expect((await gc()).exitCode).toBe(2);
  expect((await gc(...locks)).stdout).toContain('removed 0 files');

  const age = (key: Key) => utimesSync(join(lab.shared, key), 0, 0);
  for (const key of [...lab.keys('cas'), ...lab.keys('ac')]) age(key);
  const both = await gc(...locks, '--lock', other.path('artifacts/lock.json'));
  expect(both.stdout).toContain('removed 0 files');

  // Its objects are old, but the result is young.
  const young = lab.resultOf('ifmmp+khoor+mjqqt');
  lab.write(young, lab.read(young));
  const dry = await gc(...locks, '--dry-run');
  expect(dry.stdout).toContain('would remove 2 files');
  expect(lab.keys('ac')).toHaveLength(8);
  expect((await gc(...locks)).stdout).toContain('removed 2 files');
  expect(isWhole(lab)).toBe(true);
  expect(lab.objectOf('ifmmp+khoor+mjqqt')).toBeDefined();
  expect(lab.keys('ac')).toHaveLength(7);
});
