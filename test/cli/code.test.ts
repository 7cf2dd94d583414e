import { expect } from 'vitest';
import { type Project, test } from '../support/project.ts';

const d3 = 'node_modules/d3-array/dist/d3-array.mjs';
const max = 'function max(values, valueof) {\n  let max;';
const patchedMax = 'function max(values, valueof) {\n  let max = "zz";';

const transforms = ['transform/a', 'transform/b', 'transform/c'];
const everything = ['collect', 'publish', 'source', ...transforms];

/** The reasons of the first stage that a run started. */
function reasonsIn(events: Awaited<ReturnType<Project['all']>>['events']) {
  const started = events.find((event) => event.event === 'stage-started');
  return started?.event === 'stage-started' ? started.reasons : [];
}

test.concurrent('a patched package runs the stages whose bundles hold what was patched, and is named', async ({
  project,
}) => {
  project.ownPackages('d3-array', 'valibot');
  await project.all();
  const figure = project.read('figures/figure.txt');
  const lock = project.read('artifacts/lock.json');

  project.edit(d3, max, patchedMax);
  const why = await project.run('why', 'publish');
  expect(why.stdout).toMatch(
    /^publish is stale because\n {2}package d3-array changed 3\.\d+\.\d+ \w{16} -> 3\.\d+\.\d+ \w{16}$/,
  );
  expect((await project.run('check')).exitCode).toBe(1);
  const patched = await project.all();
  expect(patched.ran).toEqual(['publish']);
  expect(project.read('figures/figure.txt')).toContain('(up to zz)');

  // What no bundle holds, and what only people read, runs nothing.
  project.edit(
    d3,
    'function cumsum(values, valueof) {',
    'function cumsum(values, valueof) {\n  if (values === 1) return 1;',
  );
  project.edit(d3, patchedMax, patchedMax.replace('let', '// A comment.\n  let'));
  expect((await project.all()).ran).toEqual([]);

  // The package as it was: the figure as it was.
  project.edit(d3, 'let max = "zz";', 'let max;');
  expect(await project.all()).toMatchObject({ ran: [], summary: { restored: ['publish'] } });
  expect(project.read('figures/figure.txt')).toBe(figure);
  expect(project.read('artifacts/lock.json')).toBe(lock);

  project.edit('node_modules/valibot/dist/index.mjs', 'Invalid ', 'Wrong ');
  expect((await project.all()).ran).toEqual(everything);
});

test.concurrent('another version of a package that holds the same code runs nothing but what is described by it', async ({
  project,
}) => {
  project.ownPackages('d3-array');
  await project.all();
  project.edit('node_modules/d3-array/package.json', '"version": "3', '"version": "9');
  expect((await project.all()).ran).toEqual([]);
  // The other way round: package-lock.json alone, as after a git pull without npm ci, is nothing that runs.
  project.edit('package-lock.json', '"lockfileVersion": 3', '"lockfileVersion":  3');
  expect((await project.all()).ran).toEqual([]);
  // What an import of the package leads to may change with its description alone.
  project.write('node_modules/d3-array/other.js', 'export const max = () => "other";\n');
  project.edit('node_modules/d3-array/package.json', '"default": "./dist/d3-array.mjs"', '"default": "./other.js"');
  expect((await project.all()).ran).toEqual(['publish']);
  expect(project.read('figures/figure.txt')).toContain('(up to other)');
});

test.concurrent('data that a module imports is part of its code by what it says', async ({ project }) => {
  project.write('lib/settings.json', '{ "step": 0 }');
  project.edit('lib/rotate.ts', 'steps)).', 'steps + settings.step)).');
  project.edit(
    'lib/rotate.ts',
    '/** The word',
    "import settings from './settings.json' with { type: 'json' };\n/** The word",
  );
  await project.all();
  project.write('lib/settings.json', '{"step":0}\n');
  expect((await project.all()).ran).toEqual([]);
  project.write('lib/settings.json', '{"step":1}\n');
  const changed = await project.all();
  expect(changed.ran).toEqual(['collect', 'publish', ...transforms]);
  expect(reasonsIn(changed.events)).toEqual([{ reason: 'code-changed', file: 'lib/settings.json', change: 'changed' }]);
  project.delete('lib/settings.json');
  const missing = await project.run('status');
  expect(missing).toMatchObject({ exitCode: 1 });
  expect(missing.stderr).toContain('lib/settings.json');
});

test.concurrent('an import that only running would tell is an error that names the file, and nothing runs', async ({
  project,
}) => {
  await project.all();
  project.edit(
    'lib/letters.ts',
    '/** The letter',
    'export const load = (name: string) => import(name);\n/** The letter',
  );
  project.edit('lib/rotate.ts', 'import { letterAfter }', 'import { letterAfter, load }');
  project.edit('lib/rotate.ts', 'return [...word]', "if (word === '?') void load(word);\n  return [...word]");
  for (const args of [['all'], ['status'], ['all', '--dry-run']]) {
    const outcome = await project.run(...args);
    expect(outcome).toMatchObject({ exitCode: 1, ran: [] });
    expect(outcome.stderr).toMatch(/^error: lib\/letters\.ts imports what only running it would tell: import\(name\)/);
  }
  expect(await project.run('run', 'source')).toMatchObject({ exitCode: 0, ran: [] });
  project.edit(
    'lib/letters.ts',
    '(name: string) => import(name)',
    "(name: string) => import('./late.ts').then(({ late }) => late + name)",
  );
  project.write('lib/late.ts', 'export const late = 1;\n');
  expect((await project.all()).ran).toEqual(transforms);
  project.edit('lib/late.ts', '1', '2');
  expect((await project.all()).ran).toEqual(transforms);
});

test.concurrent('whatever the language of a module, it is code like any other', async ({ project }) => {
  project.edit(
    'lib/rotate.ts',
    '/** The word',
    "import { more } from './extra.tsx';\nimport twice from './twice.cjs';\n/** The word",
  );
  project.edit('lib/rotate.ts', 'steps))', 'steps + 0 * more * twice(1)))');
  project.write('lib/extra.tsx', 'export const more = 1;\nconst React = {};\nexport const p = () => <b>{React}</b>;\n');
  project.write('lib/twice.cjs', 'module.exports = (n) => 2 * n;\n');
  await project.all();
  project.edit('lib/extra.tsx', '\nexport', ' // A comment.\nexport');
  expect((await project.all()).ran).toEqual([]);
  project.edit('lib/extra.tsx', 'more = 1', 'more = 2');
  expect((await project.all()).ran).toEqual(transforms);
  project.edit('lib/twice.cjs', '2 * n', '3 * n');
  expect((await project.all()).ran).toEqual(transforms);
});
