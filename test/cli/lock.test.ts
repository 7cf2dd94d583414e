import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test as plainTest } from 'vitest';
import { digestBytes } from '../../engine/digest.ts';
import { UserError } from '../../engine/errors.ts';
import { parseLock, textOf } from '../../engine/lock-file.ts';
import { type Project, test } from '../support/project.ts';

const path = 'artifacts/lock.json';

/** Rewrites the lock with a right seal, as only somebody would who means to deceive. */
function forge(project: Project, from: string | RegExp, to: string): void {
  const text = project.read(path);
  const head = text.slice(0, text.lastIndexOf('"seal"')).replace(from, () => to);
  expect(head).not.toBe(text.slice(0, head.length));
  project.write(path, `${head}"seal": "${digestBytes(head)}"\n}\n`);
}

test.concurrent('a lock is a line a stage, and a line for each file of code', async ({ project }) => {
  await project.all();
  const before = project.read(path).split('\n');
  expect(before.filter((line) => line.startsWith('"transform/a": '))).toHaveLength(1);
  project.edit('lib/alphabet.ts', "'abcdefghijklmnopqrstuvwxyz'", "'abcdefghijklm'.concat('nopqrstuvwxyz')");
  await project.all();
  const after = project.read(path).split('\n');
  expect(after).toHaveLength(before.length);
  const changed = after.flatMap((line, i) => (line === before[i] ? [] : [/^"([^"]*)"/.exec(line)?.[1]]));
  expect(changed).toEqual(['transform', 'lib/alphabet.ts', 'transform/a', 'transform/b', 'transform/c', 'seal']);
});

test.concurrent('without an output in the lock, or with another recipe, the check fails whatever the seal says', async ({
  project,
}) => {
  await project.all();
  const whole = project.read(path);
  forge(project, /"outputs":\{"figure":"[^"]*"\}/, '"outputs":{}');
  project.write('figures/figure.txt', 'anything');
  const blind = await project.run('check');
  expect(blind.exitCode).toBe(1);
  expect(blind.stdout).toContain('the lock has no digest of its output `figure`');

  project.write(path, whole);
  forge(project, '"collect": {"params":{"separator":"-"', '"collect": {"params":{"separator":"+"');
  expect((await project.run('check')).stdout).toContain('param `separator` changed + -> -');

  project.write(path, whole);
  const recipe = /"transform\/b": .*?"recipe":"([^"]*)"/.exec(whole)?.[1] ?? '';
  forge(project, recipe, 'A'.repeat(43));
  expect((await project.run('check')).stdout).toContain(
    'transform/b is not as locked because\n  the lock has it by another recipe',
  );
});

test.concurrent('a merge of two changes is refused, although each side passed, and so is one by hand', async ({
  project,
}) => {
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], {
      cwd: project.root,
      stdio: 'ignore',
    });
  const commit = async (branch: string) => {
    await project.all();
    git('checkout', '-q', '-b', branch);
    git('add', '-f', 'pipeline.ts', 'stages', 'lib', 'figures', path);
    git('commit', '-q', '-m', branch);
  };
  git('init', '-q');
  await commit('base');
  project.edit('pipeline.ts', 'a: { snr: 0.1 }', 'a: { snr: 0.2 }');
  await commit('upstream');
  const theirs = project.read(path);
  git('checkout', '-q', 'base');
  project.edit('stages/publish.ts', '(up to', '(at most');
  await commit('downstream');
  const ours = project.read(path);
  expect(() => git('merge', '-q', 'upstream')).toThrow();
  for (const command of ['check', 'all', 'run source']) {
    const refused = await project.run(...command.split(' '));
    expect(refused, command).toMatchObject({ exitCode: 1, ran: [] });
    expect(refused.stderr, command).toContain('it has the marks of a conflict');
    expect(refused.stderr, command).toContain('Restore it from git (of two sides of a merge, take either)');
  }
  expect(project.read(path)).toContain('<<<<<<<');

  // What git would make of it line by line, had it no seal.
  const base = execFileSync('git', ['show', `base:${path}`], { cwd: project.root, encoding: 'utf8' }).split('\n');
  const [one, two] = [ours.split('\n'), theirs.split('\n')];
  const merged = base.map((line, i) => (one[i] === line ? two[i] : one[i])).join('\n');
  project.write(path, merged);
  expect((await project.run('check')).stderr).toContain('its seal is not that of what it says');
  forge(project, '{', '{ ');
  const sealed = await project.run('check');
  expect(sealed.exitCode).toBe(1);
  expect(sealed.stdout).toContain('publish is not as locked');

  project.write(path, ours);
  project.write('figures/figure.txt', 'in conflict');
  expect(await project.all()).toMatchObject({ exitCode: 0 });
  expect(await project.run('check')).toMatchObject({ exitCode: 0 });
});

test.concurrent('a lock that was changed while a run was at work is left as it is', async ({ project }) => {
  await project.all();
  project.hold('transform/a');
  const started = project.start(['all', '--json', '--force', '--jobs=1']);
  await project.untilAtWork('transform/a');
  project.write(path, '<<<<<<< ours\n');
  project.release('transform/a');
  const outcome = await started.outcome();
  expect(outcome.exitCode).toBe(1);
  expect(outcome.stderr).toContain('it has the marks of a conflict');
  expect(project.read(path)).toBe('<<<<<<< ours\n');
});

test.concurrent('a run of some stages leaves what the lock says of the others', async ({ project }) => {
  await project.all();
  const whole = project.read(path);
  expect(await project.run('run', 'transform/a', '--force')).toMatchObject({ exitCode: 0 });
  expect(project.read(path)).toBe(whole);
});

test.concurrent('what is accepted of a recipe is no longer said of another stage that has it', async ({ project }) => {
  project.edit('pipeline.ts', 'b: { snr: 0.3 }', 'b: { snr: 0.1 }');
  project.edit('pipeline.ts', 'params: { name, snr }', "params: { name: 'same', snr }");
  await project.all();
  project.spoil('transform/same', 'another text each time');
  expect(await project.run('run', 'transform/a', '--force', '--accept', 'transform/a')).toMatchObject({ exitCode: 0 });
  const checked = await project.run('check');
  expect(checked.exitCode).toBe(1);
  expect(checked.stdout).toContain('transform/b is not as locked because\n  the lock does not have it');
});

plainTest('any single deletion, insertion or edit in a lock is found', () => {
  const digest = (text: string) => digestBytes(text);
  const lock = textOf({
    kinds: new Map([['kind', { bundle: digest('b'), files: { 'a.ts': '0123' }, packages: { p: '1 0123' } }]]),
    stages: new Map(
      ['one', 'two', 'three'].map((name) => [
        name,
        { kind: 'kind', params: { name, list: [1, 2] }, recipe: digest(name), outputs: { x: digest(`x${name}`) } },
      ]),
    ),
  });
  expect(textOf(parseLock(lock, 'lock'))).toBe(lock);
  const place = fc.nat(lock.length - 1);
  fc.assert(
    fc.property(place, fc.nat(40), fc.string({ maxLength: 3 }), (at, length, text) => {
      const edited = lock.slice(0, at) + text + lock.slice(at + length);
      if (edited === lock) return;
      expect(() => parseLock(edited, 'lock')).toThrow(UserError);
    }),
    { numRuns: 3000 },
  );
  const lines = lock.split('\n');
  for (let i = 0; i < lines.length - 1; i++) {
    expect(() => parseLock(lines.toSpliced(i, 1).join('\n'), 'lock'), lines[i]).toThrow(UserError);
  }
});
