import { expect } from 'vitest';
import { type Project, test } from '../support/project.ts';

/** Adds a pure stage `probe` to the pipeline, whose text is what an expression gives. */
function probe(project: Project, expression: string): void {
  project.write(
    'stages/probe.ts',
    `import * as v from 'valibot';
import { defineKind } from '../engine/kind.ts';
import { text } from './text.ts';

export default defineKind({
  name: 'probe',
  module: import.meta.url,
  params: v.strictObject({}),
  inputs: {},
  outputs: { text },
  async run(context) {
    try {
      return { text: String(${expression}) };
    } catch (error) {
      return { text: \`refused: \${error.code ?? error.message} \${context.log.length}\` };
    }
  },
});
`,
  );
  if (project.read('pipeline.ts').includes('probe')) return;
  project.edit('pipeline.ts', 'import source', "import probe from './stages/probe.ts';\nimport source");
  project.edit(
    'pipeline.ts',
    'const variants =',
    "graph.add('probe', probe, { params: {}, inputs: {} });\n    const variants =",
  );
}

/** What a pure stage gets of an expression. */
async function probed(project: Project, expression: string, env: Record<string, string> = {}): Promise<string> {
  probe(project, expression);
  const outcome = await project.start(['run', 'probe', '--json'], env).outcome();
  expect(outcome.exitCode, `${outcome.stdout}${outcome.stderr}`).toBe(0);
  return project.read('artifacts/probe/text.txt');
}

test.concurrent('a pure stage may not import what Node has built in', async ({ project }) => {
  probe(project, '1');
  project.edit(
    'stages/probe.ts',
    'import * as v',
    "import { readFileSync } from 'node:fs';\nexport { readFileSync };\nimport * as v",
  );
  const outcome = await project.run('run', 'probe');
  expect(outcome).toMatchObject({ exitCode: 1 });
  expect(outcome.stderr).toMatch(/^error: stages\/probe\.ts:1: Could not resolve "node:fs".*Only a source/);
  // Neither where esbuild would only warn, nor where it can't tell.
  probe(project, "(await import('node:os')).hostname()");
  expect((await project.run('run', 'probe')).stderr).toMatch(
    /^error: stages\/probe\.\w+ imports node:os.*Only a source/,
  );
  for (const specifier of ['`node:$' + '{context.params.name}`', "'node:' + context.params.name"]) {
    probe(project, `await import(${specifier})`);
    expect((await project.run('run', 'probe')).stderr, specifier).toContain('imports what only running it would tell');
  }
});

test.concurrent('a pure stage finds neither the environment, nor options, nor files, and can start nothing', async ({
  project,
}) => {
  expect(await probed(project, 'Object.keys(globalThis.process.env).join()', { SECRET: 'x' })).toBe('');
  expect(await probed(project, 'JSON.stringify(context.options)')).toBe('{}');
  expect(await probed(project, 'typeof globalThis.fetch')).toBe('undefined');
  expect(await probed(project, 'typeof globalThis.process.getBuiltinModule')).toBe('undefined');
  expect(await probed(project, "globalThis.process.binding('fs')")).toMatch(/^refused: ERR_ACCESS_DENIED/);
  expect(await probed(project, `new URL('../pipeline.ts', import.meta.url).pathname.includes('bundles')`)).toBe(
    'false',
  );
});

test.concurrent('what a stage runs is the bundle that its recipe names, and nothing else', async ({ project }) => {
  await project.all();
  const bundles = project.files('artifacts/store/bundles');
  const bundle = bundles.find(
    (file) =>
      project.read(`artifacts/store/bundles/${file}`).includes("'abcdefg") ||
      project.read(`artifacts/store/bundles/${file}`).includes('"abcdefg'),
  );
  const path = `artifacts/store/bundles/${bundle}`;
  const whole = project.read(path);
  project.write(path, whole.replace('abcdefg', 'gfedcba'));
  expect((await project.run('verify')).exitCode).toBe(1);
  const outcome = await project.run('run', 'transform/a', '--force', '--json');
  expect(outcome).toMatchObject({ exitCode: 0, ran: ['transform/a'] });
  expect(outcome.events.find(({ event }) => event === 'set-aside')).toMatchObject({ what: path });
  expect(project.read(path)).toBe(whole);
  expect(project.read('artifacts/transform/a/text.txt')).toBe('ifmmp');
});
