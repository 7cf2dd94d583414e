import { expect } from 'vitest';
import { test } from '../support/project.ts';

const transforms = ['transform/a', 'transform/b', 'transform/c'];

test.concurrent('another version of a package runs the stages that import it, also through a package', async ({
  project,
}) => {
  await project.all();
  const version = (name: string) => {
    const lock: { packages: Record<string, { version: string }> } = JSON.parse(project.read('package-lock.json'));
    return lock.packages[`node_modules/${name}`]?.version ?? 'none';
  };
  const upgrade = (name: string) => {
    const lock = JSON.parse(project.read('package-lock.json'));
    lock.packages[`node_modules/${name}`].version = '99.0.0';
    project.write('package-lock.json', JSON.stringify(lock));
  };

  const from = version('d3-array');
  upgrade('d3-array');
  const direct = await project.run('why', 'publish');
  expect(direct.stdout).toMatch(new RegExp(`package d3-array changed ${from} \\S* -> 99.0.0`));
  expect((await project.all()).ran).toEqual(['publish']);

  upgrade('internmap');
  expect((await project.all()).ran).toEqual(['publish']);

  upgrade('vega');
  expect((await project.all()).ran).toEqual([]);

  upgrade('valibot');
  expect((await project.all()).ran).toEqual(['collect', 'publish', 'source', ...transforms]);
});

test.concurrent('files that a module imports or locates are part of its code, byte by byte', async ({ project }) => {
  project.write('lib/data/settings.json', '{ "step": 0 }');
  project.write('lib/data/resolved.txt', 'resolved');
  project.write('lib/data/located.txt', 'located');
  project.edit('lib/rotate.ts', 'steps)).', 'steps + settings.step)).');
  project.edit(
    'lib/rotate.ts',
    '/** The word',
    `import settings from './data/settings.json' with { type: 'json' };
     export const paths = [import.meta.resolve('./data/resolved.txt'), new URL('./data/located.txt', import.meta.url)];
     /** The word`,
  );
  const first = await project.all();
  expect(first).toMatchObject({ exitCode: 0 });
  for (const name of ['settings.json', 'resolved.txt', 'located.txt']) {
    const file = `lib/data/${name}`;
    project.write(file, `${project.read(file)}\n`);
    const outcome = await project.all();
    expect(outcome.ran).toEqual(transforms);
    expect(outcome.events.find((event) => event.event === 'stage-started')).toMatchObject({
      reasons: [{ reason: 'code-changed', file, change: 'changed' }],
    });
  }
  project.edit('lib/data/settings.json', '0', '1');
  expect((await project.all()).ran).toEqual(['collect', 'publish', ...transforms]);

  project.delete('lib/data/located.txt');
  const missing = await project.run('status');
  expect(missing).toMatchObject({ exitCode: 1 });
  expect(missing.stderr).toContain('lib/data/located.txt is imported, but there is no such file');
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
  for (const args of [['all'], ['status'], ['all', '--dry-run']]) {
    const outcome = await project.run(...args);
    expect(outcome).toMatchObject({ exitCode: 1, ran: [] });
    expect(outcome.stderr).toMatch(/^error: lib\/letters\.ts imports what only running it/);
  }
  expect(await project.run('run', 'source')).toMatchObject({ exitCode: 0, ran: [] });
  project.edit('lib/letters.ts', 'import(name)', 'new URL(name.trim(), import.meta.url)');
  expect((await project.run('status')).stderr).toMatch(/^error: lib\/letters\.ts imports what only running it/);
  project.edit('lib/letters.ts', 'new URL(name.trim(), import.meta.url)', 'import(name)');
  project.edit('lib/letters.ts', '(name: string) => import(name)', "() => import('./late.ts')");
  project.write('lib/late.ts', 'export const late = 1;\n');
  expect((await project.all()).ran).toEqual(transforms);
  project.edit('lib/late.ts', '1', '2');
  expect((await project.all()).ran).toEqual(transforms);
});

test.concurrent('a module whose imports only its language or its loader would tell is refused', async ({ project }) => {
  const letters = project.read('lib/letters.ts');
  const imports = async (specifier: string) => {
    project.write('lib/letters.ts', `${letters}\nexport { extra } from '${specifier}';\n`);
    return (await project.run('status')).stderr;
  };
  project.write('lib/extra.cjs', "exports.extra = require('./more.cjs');\n");
  project.write('lib/more.cjs', 'module.exports = 1;\n');
  expect(await imports('./extra.cjs')).toMatch(/^error: lib\/letters\.ts imports lib\/extra\.cjs, .* an ES module/);
  project.write('lib/extra.js', 'export const extra = 1;\n');
  expect(await imports('./extra.js')).toBe('');
  project.write('lib/extra.ts', 'export const extra = 2;\n');
  expect(await imports('./extra.js')).toMatch(/^error: lib\/letters\.ts imports lib\/extra\.js, .* beside it/);
  expect(await imports('./extra.ts')).toBe('');
});

test.concurrent('a module with markup is code like any other', async ({ project }) => {
  project.edit('lib/rotate.ts', '/** The word', "export { extra } from './extra.tsx';\n/** The word");
  const markup =
    "export { more as extra } from './more.ts';\nconst React = {};\nexport const p = () => <b>{React}</b>;\n";
  project.write('lib/extra.tsx', markup);
  project.write('lib/more.ts', 'export const more = 1;\n');
  await project.all();
  project.edit('lib/extra.tsx', '\nexport', ' // A comment.\nexport');
  expect((await project.all()).ran).toEqual([]);
  project.edit('lib/more.ts', '1', '2');
  expect((await project.all()).ran).toEqual(transforms);
});

test.concurrent('a module that is located as well as imported is followed to what it imports', async ({ project }) => {
  project.edit(
    'lib/rotate.ts',
    '/** The word',
    `export const self = new URL('./letters.ts', import.meta.url);\n/** The word`,
  );
  await project.all();
  project.edit('lib/alphabet.ts', "'abcdefghijklmnopqrstuvwxyz'", "'abcdefghijklm'.concat('nopqrstuvwxyz')");
  expect((await project.all()).ran).toEqual(transforms);
});
