import { createHash } from 'node:crypto';
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
  expect(await probed(project, 'typeof globalThis.gc')).toBe('undefined');
  expect(await probed(project, "globalThis.process.binding('fs')")).toMatch(/^refused: ERR_ACCESS_DENIED/);
  expect(await probed(project, `new URL('../pipeline.ts', import.meta.url).pathname.includes('bundles')`)).toBe(
    'false',
  );
});

test.concurrent('a worker that starts before anything is kept reads what is kept later', async ({ project }) => {
  probe(project, '[...context.inputs.before].join()');
  project.edit('stages/probe.ts', 'inputs: {}', 'inputs: { before: many(text) }');
  project.edit('stages/probe.ts', 'import { defineKind }', 'import { defineKind, many }');
  project.edit(
    'pipeline.ts',
    "graph.add('probe', probe, { params: {}, inputs: {} })",
    "const { text: first } = graph.add('first', probe, { params: {}, inputs: { before: [] } });\n" +
      "    graph.add('probe', probe, { params: {}, inputs: { before: [first] } })",
  );
  const outcome = await project.run('run', 'probe', '--json', '--jobs=1');
  expect(outcome).toMatchObject({ exitCode: 0, summary: { ran: ['first', 'probe'] } });
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

test.concurrent('a result is not recorded when the bundle that made it was changed meanwhile', async ({ project }) => {
  project.hold('source');
  const started = project.start(['all', '--json', '--jobs=1']);
  await project.untilAtWork('source');
  for (const file of project.files('artifacts/store/bundles')) {
    const path = `artifacts/store/bundles/${file}`;
    project.write(path, `${project.read(path)}\n`);
  }
  project.release('source');
  const outcome = await started.outcome();
  expect(outcome).toMatchObject({ exitCode: 1, summary: { failed: ['source'], ran: [] } });
  expect(outcome.stdout).toContain('its bundle was changed in the store while it ran, so its result is not recorded');
  expect(await project.all()).toMatchObject({ exitCode: 0, summary: { failed: [] } });
  expect((await project.run('verify')).exitCode).toBe(0);
});

test.concurrent('a module that declares another kind beside its own runs neither in place of the other', async ({
  project,
}) => {
  project.edit('stages/source.ts', 'export default defineSource(', 'const kind = defineSource(');
  const text = project.read('stages/source.ts');
  project.write('stages/source.ts', `${text}\nexport default kind;\nexport const twin = { ...kind, name: 'twin' };\n`);
  project.edit('pipeline.ts', 'import source from', 'import source, { twin } from');
  project.edit(
    'pipeline.ts',
    'const variants =',
    "graph.add('twin', twin, { params: { word }, inputs: {} });\n    const variants =",
  );
  const outcome = await project.all('--keep-going');
  expect(outcome).toMatchObject({ exitCode: 1, summary: { failed: ['twin'] } });
  expect(outcome.stdout).toContain("the module of 'twin' has 'source' as its default export");
});

/** Gives workers a flag, if the self-test passes, that shows. */
function speedUp(
  project: Project,
  { flag = '--stack-trace-limit=7', digest }: { flag?: string; digest: string },
): void {
  project.write('lib/self-test.ts', 'export const selfTest = () => Float64Array.of(1, 2);\n');
  const speedup = `{ name: 'a collector', flag: '${flag}', node: 20, selfTest: new URL('./lib/self-test.ts', import.meta.url).href, digest: '${digest}' }`;
  project.edit('pipeline.ts', 'options: {', `speedup: ${speedup},\n  options: {`);
}

const KNOWN = createHash('sha256').update(Float64Array.of(1, 2)).digest('hex');

test.concurrent('workers are given a flag under which the self-test gives the known bits', async ({ project }) => {
  speedUp(project, { digest: KNOWN });
  expect(await probed(project, 'String(Error.stackTraceLimit)')).toBe('7');
});

test.concurrent('workers are not given a flag under which the self-test gives other bits, or which Node does not know', async ({
  project,
}) => {
  speedUp(project, { digest: KNOWN.replace(/^./, 'x') });
  expect(await probed(project, 'String(Error.stackTraceLimit)')).toBe('10');
  project.edit('pipeline.ts', '--stack-trace-limit=7', '--no-such-flag');
  project.edit('pipeline.ts', KNOWN.replace(/^./, 'x'), KNOWN);
  const outcome = await project.run('run', 'probe', '--force');
  expect(outcome.exitCode).toBe(0);
  expect(outcome.stdout).toContain('workers compute without a collector: the self-test fails with --no-such-flag');
});
