import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { type SharedResult, sealResult } from '../../engine/shared-result.ts';
import type { Project } from '../support/project.ts';
import { test as inLab, type Lab } from './lab.ts';

/** A setting that no lock has. */
const OTHER = ['--set', 'separator=+'];
const FIGURE = 'ifmmp+khoor+mjqqt (up to t)\n';

/** A lab where somebody has signed and pushed what no lock has. */
const test = inLab.extend<{ readonly keys: Record<'secret' | 'open', string> }>({
  keys: async ({ lab, origin }, use) => {
    const keys = lab.keyPair('maker');
    await origin.maker.all(...OTHER);
    await lab.push(origin.maker, { PIPELINE_SIGNING_KEY: keys.secret }, ...OTHER);
    await use(keys);
  },
});

function read(reader: Project, lab: Lab, ...trust: readonly string[]) {
  return reader.all(...OTHER, '--remote', lab.url, ...trust.flatMap((path) => ['--trust', path]));
}

/** What a shared result says. */
function resultIn(lab: Lab, text: string): SharedResult {
  return JSON.parse(JSON.parse(lab.read(lab.resultOf(text))).result);
}

describe('a result that no lock has', () => {
  test('is taken by the word of a trusted key', async ({ lab, origin, keys }) => {
    const reader = lab.clone(origin.maker);
    const status = await reader.run('status', ...OTHER, '--remote', lab.url, '--trust', keys.open);
    expect(status.stdout).toContain('0 fresh, 6 known, 0 stale, 0 unknown');
    const { ran, summary } = await read(reader, lab, keys.open);
    expect(ran).toEqual([]);
    expect(summary.fetched).toEqual(['publish']);
    expect(reader.read('out/figures/figure.txt')).toBe(FIGURE);
  });

  test('is not asked for where no key is trusted', async ({ lab, origin }) => {
    const { ran, events } = await read(lab.clone(origin.maker), lab);
    expect(ran).toEqual(['collect', 'publish']);
    expect(events.filter(({ event }) => event === 'remote-problem')).toEqual([]);
  });

  test('is refused if it is signed by another', async ({ lab, origin, keys: _ }) => {
    const outcome = await read(lab.clone(origin.maker), lab, lab.keyPair('stranger').open);
    expect(outcome.ran).toEqual(['collect', 'publish']);
    expect(outcome.stdout).toMatch(
      /the result of collect is refused: it is signed by the key [0-9a-f]{16}, which is not trusted/,
    );
  });

  const signedBy = (path: string) => createPrivateKey(readFileSync(path));
  type Poison = (lab: Lab, secret: string) => string;
  const poisons: Record<string, readonly [poison: Poison, said: string]> = {
    'is not signed': [
      (lab) => JSON.stringify({ result: JSON.parse(lab.read(lab.resultOf(FIGURE))).result }),
      'it is not signed',
    ],
    'says something else than was signed': [
      (lab) => lab.read(lab.resultOf(FIGURE)).replace(/recipe/, 'Recipe'),
      'its signature is not that of what it says',
    ],
    'is that of another recipe': [(lab) => lab.read(lab.resultOf('ifmmp+khoor+mjqqt')), 'it is of another recipe'],
    'is no result': [() => '<html>', 'it is damaged'],
    'has a path for the name of an output': [
      (lab, secret) => {
        const result = resultIn(lab, FIGURE);
        const outputs = { '../../../escape.txt': result.outputs.figure ?? '' };
        return String(sealResult({ ...result, outputs }, signedBy(secret)));
      },
      'it has other outputs than the stage',
    ],
    'has a digest that is none': [
      (lab, secret) =>
        String(sealResult({ ...resultIn(lab, FIGURE), outputs: { figure: '../../lock.json' } }, signedBy(secret))),
      'it is of another version',
    ],
  };
  test(`is refused if it ${Object.keys(poisons).join(', ')}`, async ({ lab, origin, keys }) => {
    const reader = lab.clone(origin.maker);
    const key = lab.resultOf(FIGURE);
    const whole = lab.read(key);
    for (const [poison, said] of Object.values(poisons)) {
      lab.write(key, whole);
      lab.write(key, poison(lab, keys.secret));
      const pulled = await reader.run('pull', ...OTHER, '--remote', lab.url, '--trust', keys.open);
      expect(pulled.stdout).toContain(`the result of publish is refused: ${said}`);
      expect(pulled.exitCode).toBe(1);
    }
    const { ran } = await read(reader, lab, keys.open);
    expect(ran).toEqual(['publish']);
    expect(reader.read('out/figures/figure.txt')).toBe(FIGURE);
  });

  test('comes into no lock before its bytes are here', async ({ lab, origin, keys }) => {
    lab.delete(lab.objectOf(FIGURE));
    const reader = lab.clone(origin.maker);
    reader.edit('pipeline.ts', "separator: '-'", "separator: '+'");
    const before = reader.read('artifacts/lock.json');
    const pulled = await reader.run('pull', '--remote', lab.url, '--trust', keys.open);
    expect(pulled.exitCode).toBe(1);
    expect(pulled.stderr).toContain('not to be had: publish');
    expect(reader.read('artifacts/lock.json')).toBe(before);
  });

  test('that cannot be made again is told of as diverged, and nothing is built on it', async ({
    lab,
    origin,
    keys,
  }) => {
    const collection = 'ifmmp+khoor+mjqqt';
    const digest = lab
      .objectOf('hello')
      .slice('cas/'.length)
      .replace(/^./, (first) => (first === '0' ? '1' : '0'));
    const lie = { ...resultIn(lab, collection), outputs: { text: digest } };
    lab.write(lab.resultOf(collection), String(sealResult(lie, signedBy(keys.secret))));
    const outcome = await read(lab.clone(origin.maker), lab, keys.open);
    expect(outcome.stdout).toContain('"witness":"remote"');
    expect(outcome.stdout).not.toContain('ENOENT');
    expect(outcome.summary).toMatchObject({ failed: ['collect'], skipped: ['publish'] });
  });

  test('is refused if its recipe gave other bytes here', async ({ lab, origin, keys }) => {
    const reader = lab.clone(origin.maker);
    await read(reader, lab);
    const older = { ...resultIn(lab, FIGURE), outputs: { figure: lab.objectOf('hello').slice('cas/'.length) } };
    lab.write(lab.resultOf(FIGURE), String(sealResult(older, signedBy(keys.secret))));
    for (const path of [reader.objectOf(FIGURE), 'out']) reader.delete(path);
    const outcome = await read(reader, lab, keys.open);
    expect(outcome.stdout).toContain('the result of publish is left: its recipe gave other bytes here');
    expect(outcome.ran).toEqual(['publish']);
  });
});

test('a lock is believed against any signature', async ({ lab, origin, keys }) => {
  const figure = origin.maker.read('figures/figure.txt');
  const lie = { ...resultIn(lab, figure), outputs: { figure: lab.objectOf('hello').slice('cas/'.length) } };
  lab.write(lab.resultOf(figure), String(sealResult(lie, createPrivateKey(readFileSync(keys.secret)))));
  const reader = lab.clone(origin.maker);
  const { exitCode } = await reader.run('pull', '--json', '--remote', lab.url, '--trust', keys.open);
  expect(exitCode).toBe(0);
  expect(reader.read('figures/figure.txt')).toBe(figure);
});

test('what was fetched is pushed on without a signature', async ({ lab, origin, keys }) => {
  const reader = lab.clone(origin.maker);
  await read(reader, lab, keys.open);
  lab.delete(lab.resultOf(FIGURE));
  const mine = lab.keyPair('reader');
  await lab.push(reader, { PIPELINE_SIGNING_KEY: mine.secret }, ...OTHER, '--trust', keys.open);
  expect(Object.keys(JSON.parse(lab.read(lab.resultOf(FIGURE))))).toEqual(['result']);
});

test('a key that is none, or that others can read, is told of', async ({ lab }) => {
  const { secret, open } = lab.keyPair('maker');
  const project = lab.clone();
  const trusted = await project.run('pull', '--remote', lab.url, '--trust', project.path('package.json'));
  expect(trusted.exitCode).toBe(2);
  expect(trusted.stderr).toContain("package.json can't be read as a key");
  expect(trusted.stderr).toContain('openssl genpkey -algorithm ed25519');
  const signing = await project.start(['push', '--remote', lab.url], { PIPELINE_SIGNING_KEY: open }).outcome();
  expect(signing.exitCode).toBe(2);
  expect(signing.stderr).toContain(`chmod 600 ${open}`);
  expect(secret).toBeDefined();
});
