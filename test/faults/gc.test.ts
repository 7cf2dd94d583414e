import { execFileSync } from 'node:child_process';
import { expect } from 'vitest';
import { type Project, test } from '../support/project.ts';

const author = ['-c', 'user.name=someone', '-c', 'user.email=someone@example.org'];

function git(project: Project, ...args: readonly string[]): void {
  execFileSync('git', [...author, ...args], { cwd: project.root, stdio: 'ignore' });
}

/** Commits all but the store on a branch of its own. */
function commitOn(project: Project, branch: string): void {
  git(project, 'checkout', '-q', '-b', branch);
  git(project, 'add', '-A', '-f', '.', ':!artifacts/store', ':!node_modules');
  git(project, 'commit', '-q', '-m', branch);
}

/** Sets the param of transform/a, and brings everything up to date. */
async function buildWith(project: Project, snr: number) {
  const pipeline = project.read('pipeline.ts');
  project.write(
    'pipeline.ts',
    pipeline.replace(/a: \{ snr: [\d.]+ \}/, () => `a: { snr: ${snr} }`),
  );
  return project.all();
}

test.concurrent('gc keeps what the pipeline and the locks of branches and tags need, and removes the rest', async ({
  project,
}) => {
  git(project, 'init', '-q');
  const page = "page: { stage: 'publish', output: 'figure', about: 'a page' },";
  project.edit('pipeline.ts', '  options:', `  ${page}\n  options:`);
  await buildWith(project, 0.1);
  commitOn(project, 'first');
  await buildWith(project, 0.2);
  commitOn(project, 'second');
  git(project, 'tag', '-a', '-m', 'a tag', 'kept');
  git(project, 'checkout', '-q', '--detach');
  git(project, 'branch', '-q', '-D', 'second');
  await buildWith(project, 0.6);
  await buildWith(project, 0.4);

  const objects = project.files('artifacts/store/objects');
  const dry = await project.run('gc', '--dry-run');
  expect(dry.stdout).toMatch(/^would remove artifacts\/store\/objects\/\S+ \(\d+ B\)$/m);
  expect(dry.stdout).toMatch(/would remove 3 results and \d+ files, \S+ B$/);
  const recent = await project.run('gc', '--keep-days', '1');
  expect(recent.stdout).toMatch(/^removed 0 results and 0 files/);
  expect(project.files('artifacts/store/objects')).toEqual(objects);

  expect((await project.run('gc')).stdout).toMatch(/^removed 3 results and \d+ files/);
  expect(project.files('artifacts/store/objects').length).toBeLessThan(objects.length);
  expect(project.files('artifacts/publish')).toEqual(['figure.txt', 'here.css', 'here.html']);
  expect((await project.run('verify')).exitCode).toBe(0);
  expect((await project.run('gc')).stdout).toMatch(/^removed 0 results and 0 files/);
  for (const snr of [0.4, 0.1, 0.2]) expect((await buildWith(project, snr)).ran).toEqual([]);
  expect((await buildWith(project, 0.6)).ran).toEqual(['collect', 'publish', 'transform/a']);
});

test.concurrent('gc forgets who made what is still needed, where that is made otherwise now', async ({ project }) => {
  git(project, 'init', '-q');
  await project.all();
  project.edit('lib/alphabet.ts', "'abcdefghijklmnopqrstuvwxyz'", "['abcdefghijklm', 'nopqrstuvwxyz'].join('')");
  const { ran } = await project.all();
  expect(ran).not.toEqual([]);
  commitOn(project, 'new');
  expect((await project.run('gc')).stdout).toMatch(new RegExp(`^removed ${ran.length} results and 1 files`));
  expect((await project.all()).ran).toEqual([]);
  project.edit('lib/alphabet.ts', "['abcdefghijklm', 'nopqrstuvwxyz'].join('')", "'abcdefghijklmnopqrstuvwxyz'");
  expect((await project.all()).ran).toEqual(ran);
});

test.concurrent('gc removes nothing while a branch has a lock that can not be read', async ({ project }) => {
  git(project, 'init', '-q');
  await project.all();
  const lock = project.read('artifacts/lock.json');
  project.write('artifacts/lock.json', '{');
  commitOn(project, 'damaged');
  project.write('artifacts/lock.json', lock);
  await buildWith(project, 0.2);
  const before = project.files('artifacts');
  const refused = await project.run('gc');
  expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
  expect(refused.stderr).toMatch(/^error: nothing was removed: commit [0-9a-f]+, .+ has a damaged lock/);
  expect(project.files('artifacts')).toEqual(before);
});

test.concurrent('gc removes nothing where git can not say what its branches need', async ({ project }) => {
  git(project, 'init', '-q');
  await buildWith(project, 0.1);
  await buildWith(project, 0.2);
  const before = project.files('artifacts');
  const refused = await project.start(['gc'], { PATH: '' }).outcome();
  expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
  expect(refused.stderr).toMatch(/^error: git can't tell which commits there are/);
  expect(project.files('artifacts')).toEqual(before);
});

test.concurrent('gc and verify wait for, or bear with, a run that is at work', async ({ project }) => {
  await project.all();
  project.edit('pipeline.ts', "separator: '-'", "separator: '+'");
  project.hold('collect');
  const run = project.start(['all', '--json', '--jobs=1']);
  await project.untilAtWork('collect');
  const gc = project.start(['gc']);
  await gc.untilSays(`waiting for another run in this checkout: process ${run.pid}, all --json`);
  expect((await project.run('verify')).exitCode).toBe(0);
  project.release('collect');
  expect(await run.outcome()).toMatchObject({ exitCode: 0 });
  expect(await gc.outcome()).toMatchObject({ exitCode: 0 });
  expect(await project.all()).toMatchObject({ exitCode: 0, ran: [] });
});

test.concurrent('diff names the stages, params, code and outputs that differ from a commit', async ({ project }) => {
  git(project, 'init', '-q');
  project.edit('stages/text.ts', 'decode:', 'numbers: (bytes) => bytes,\n  decode:');
  await project.all();
  commitOn(project, 'first');
  expect((await project.run('diff')).stdout).toBe('the locks are equal');

  project.edit('pipeline.ts', 'c: { snr: 0.5 }', 'd: { snr: 0.5 }');
  project.edit('pipeline.ts', 'a: { snr: 0.1 }', 'a: { snr: 0.2 }');
  await project.all();
  const { stdout } = await project.run('diff', 'first');
  expect(stdout.split('\n')).toEqual([
    'collect changed',
    '  input `variants` changed: transform/a#text changed',
    '  input `variants` changed: transform/d#text was added',
    '  output `text` changed: its 17 numbers differ by at most 1.00e+0, relatively 9.71e-3',
    'publish changed',
    '  input `collection` changed: collect#text changed',
    '  output `figure` changed: its 28 numbers differ by at most 1.00e+0, relatively 9.71e-3',
    'transform/a changed',
    '  param `snr` changed 0.1 -> 0.2',
    '  output `text` changed: its 5 numbers differ by at most 1.00e+0, relatively 9.71e-3',
    'transform/c was removed',
    'transform/d was added',
  ]);
  const json = await project.run('diff', '--json');
  expect(JSON.parse(json.stdout).changes).toHaveLength(5);
  commitOn(project, 'second');
  project.edit('stages/transform.ts', 'Math.round(10 * params.snr)', 'Math.round(100 * params.snr)');
  await project.all();
  const { stdout: alike } = await project.run('diff', 'second');
  expect(alike).toMatch(
    /^transform\/a and 2 more changed\n {2}code stages\/transform.ts changed\n {2}transform\/a: output `text` changed/m,
  );
  expect(await project.run('diff', 'no-such-branch')).toMatchObject({
    exitCode: 1,
    stderr: `error: git knows no commit named 'no-such-branch' in ${project.root}`,
  });
});
