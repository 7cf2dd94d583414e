import {
  cpSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { digestBytes } from '../../engine/digest.ts';
import type { Summary } from '../../engine/events.ts';
import { until } from '../support/poll.ts';
import { type Project, test } from '../support/project.ts';
import { sampleOf } from '../support/sample.ts';

const everything = ['source', 'transform/a', 'transform/b', 'transform/c', 'collect', 'publish'];
const hook = join(import.meta.dirname, '../support/log-imports.mjs');

/** Brings everything up to date; says also whether that took the graph. */
async function all(
  project: Project,
  ...args: readonly string[]
): Promise<{ summary: Summary | undefined; builtGraph: boolean }> {
  const log = project.path('imports');
  rmSync(log, { force: true });
  const env = { NODE_OPTIONS: `--import ${hook}`, IMPORT_LOG: log };
  const { summary } = await project.start(['all', '--json', ...args], env).outcome();
  return { summary, builtGraph: readFileSync(log, 'utf8').includes('/engine/graph.ts') };
}

test.concurrent('a run of everything that finds nothing changed needs no graph', async ({ project }) => {
  await project.settle();
  const { summary, builtGraph } = await all(project);
  expect(builtGraph).toBe(false);
  expect(summary).toMatchObject({ ran: [], restored: [], fresh: everything, failed: [], skipped: [] });
  const { stdout, events } = await project.run('all', '--json', '--jobs=3');
  expect(events.map(({ event }) => event)).toEqual(['started', ...everything.map(() => 'stage-fresh'), 'summary']);
  expect(stdout).toContain('"workers":3');
  expect((await project.run('all')).stdout).toMatch(/^6 stages, \d+ workers\n0 ran, 6 fresh in /);
  expect((await project.run('all', '--quiet')).stdout).toBe('');
  expect(await project.run('all', '--dry-run')).toMatchObject({ exitCode: 0, stdout: '' });
  expect(await project.run('all', '--slurm', 'cpus=2')).toMatchObject({ exitCode: 2, stdout: '' });
  expect((await project.all('--force')).ran).toEqual([...everything].sort());
});

test.concurrent('the run that builds everything leaves nothing for the next one to look up', async ({ project }) => {
  await project.settle();
  for (const folder of ['artifacts', 'figures']) project.delete(folder);
  expect(await all(project)).toMatchObject({ summary: { ran: everything }, builtGraph: true });
  expect(await all(project)).toMatchObject({ summary: { fresh: everything }, builtGraph: false });
});

/** What may happen to a project that is up to date, and what the next run of everything does then. */
const changes: Record<
  string,
  { change(project: Project): unknown; args?: readonly string[]; does: Partial<Record<keyof Summary, unknown>> }
> = {
  'a param': {
    change: (project) => project.edit('pipeline.ts', 'a: { snr: 0.1 }', 'a: { snr: 0.2 }'),
    does: { ran: ['transform/a', 'collect', 'publish'] },
  },
  'a param of this run only': {
    change: () => {},
    args: ['--set', 'settings.a.snr=0.2'],
    does: { ran: ['transform/a', 'collect', 'publish'] },
  },
  'the folder of outputs': { change: () => {}, args: ['--out=elsewhere'], does: { restored: everything } },
  'a comment': {
    change: (project) => project.edit('lib/rotate.ts', 'export', '// A comment.\nexport'),
    does: { fresh: everything },
  },
  'a helper': {
    change: (project) => project.edit('lib/alphabet.ts', 'abc', 'bac'),
    does: { restored: [], ran: expect.arrayContaining(['transform/a']) },
  },
  'a package': {
    change: (project) => project.edit('package-lock.json', '"lockfileVersion": 3', '"lockfileVersion":  3'),
    does: { fresh: everything },
  },
  'an output, by an edit that hides its time': {
    change: (project) => editInPlace(project.path('artifacts/collect/text.txt')),
    does: { ran: ['collect'] },
  },
  'a figure, by an edit that hides its time': {
    change: (project) => editInPlace(project.path('figures/figure.txt')),
    does: { restored: ['publish'] },
  },
  'an output that is gone': {
    change: (project) => project.delete('artifacts/transform/a/text.txt'),
    does: { restored: ['transform/a'] },
  },
  'an object, by an edit that hides its time': {
    change: (project) => editInPlace(project.path(project.objectOf('ifmmp'))),
    does: { ran: ['transform/a'] },
  },
  'an object that is gone': {
    change: (project) => project.delete(project.objectOf('ifmmp')),
    does: { restored: ['transform/a'] },
  },
  'a folder that is a link to itself elsewhere': {
    change: (project) => {
      renameSync(project.path('artifacts/transform/a'), project.path('moved'));
      symlinkSync(project.path('moved'), project.path('artifacts/transform/a'));
    },
    does: { restored: ['transform/a'] },
  },
  'a folder of objects that is a link to itself elsewhere': {
    change: (project) => {
      const folder = join(project.path(project.objectOf('ifmmp')), '..');
      renameSync(folder, project.path('moved'));
      symlinkSync(project.path('moved'), folder);
    },
    does: { restored: ['transform/a'] },
  },
  'a lock that is gone': {
    change: (project) => project.delete('artifacts/lock.json'),
    does: { fresh: everything },
  },
  'an invalidation': { change: (project) => project.run('invalidate', 'collect'), does: { ran: ['collect'] } },
  'the rules by which packages are found': {
    change: (project) => project.edit('package.json', '"private": true', '"private":  true'),
    does: { fresh: everything },
  },
  'the settings of the compiler, which can lead imports elsewhere': {
    change: (project) => project.write('tsconfig.json', '{}'),
    does: { fresh: everything },
  },
  'a folder that is a link to nowhere but itself': {
    change: (project) => {
      project.delete('artifacts/collect');
      symlinkSync('collect', project.path('artifacts/collect'));
    },
    does: { restored: ['collect'] },
  },
  'a snapshot of paths that there can not be': {
    change: (project) =>
      forgeSnapshot(project, (snapshot) => ({
        ...snapshot,
        parts: [{ paths: ['a\0b'], identities: digestBytes('') }],
      })),
    does: { fresh: everything },
  },
  'a snapshot that is too large to be read': {
    change: (project) => truncateSync(project.path('artifacts/store/snapshot.json'), 600e6),
    does: { fresh: everything },
  },
  'what a killed run has left': {
    change: (project) => mkdirSync(project.path('artifacts/store/tmp')),
    does: { fresh: everything },
  },
  'a damaged memory': {
    change: (project) => editInPlace(project.path('artifacts/store/bundles.json')),
    does: { fresh: everything },
  },
  'a damaged snapshot': {
    change: (project) => editInPlace(project.path('artifacts/store/snapshot.json')),
    does: { fresh: everything },
  },
};

/** Changes the first byte of a file, and nothing else that can be set back. */
function editInPlace(path: string): void {
  const { atime, mtime } = lstatSync(path);
  const bytes = readFileSync(path);
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  utimesSync(path, atime, mtime);
}

/** Rewrites the snapshot with another content, as a whole one. */
function forgeSnapshot(project: Project, change: (snapshot: Record<string, unknown>) => unknown): void {
  const path = 'artifacts/store/snapshot.json';
  const text = JSON.stringify(change(JSON.parse(project.read(path).slice(65))));
  project.write(path, `${digestBytes(text)} ${text}`);
}

const sample = sampleOf(Object.entries(changes), 4);

/** Makes every nth change to one project, one after the other. */
async function change(project: Project, first: number, step: number): Promise<void> {
  for (const [name, { change, args = [], does }] of sample.filter((_, k) => k % step === first)) {
    const pipeline = project.read('pipeline.ts');
    const lock = project.read('artifacts/lock.json');
    expect((await all(project)).builtGraph, `before ${name}`).toBe(false);
    await change(project);
    expect({ name, ...(await all(project, ...args)) }).toMatchObject({ name, builtGraph: true, summary: does });
    expect(await project.states(), name).toMatchObject({ source: 'fresh' });
    project.write('pipeline.ts', pipeline);
    await project.settle();
    if (!/helper/.test(name)) expect(project.read('artifacts/lock.json'), name).toBe(lock);
  }
}

test.concurrent('whatever has changed, the next run of everything sees it', async ({ project }) => {
  await project.settle();
  await change(project, 0, 2);
});

test.concurrent('whatever has changed, the next run of everything sees it, the other half', async ({ project }) => {
  await project.settle();
  await change(project, 1, 2);
});

test.concurrent('code that is swapped for other, older code while a run is at work is seen by the next', async ({
  project,
}) => {
  cpSync(project.path('lib'), project.path('lib-2'), { recursive: true });
  project.edit('lib-2/alphabet.ts', 'abcdef', 'fedcba');
  renameSync(project.path('lib'), project.path('lib-1'));
  symlinkSync('lib-1', project.path('lib'));
  await project.settle();
  const swaps = [
    () => {
      rmSync(project.path('lib'));
      symlinkSync('lib-2', project.path('lib'));
    },
    () => {
      rmSync(project.path('lib'));
      renameSync(project.path('lib-1'), project.path('lib'));
    },
  ];
  for (const swap of swaps) {
    await project.run('invalidate', 'publish');
    project.hold('publish');
    const run = project.start(['all', '--json']);
    await project.untilAtWork('publish');
    swap();
    project.release('publish');
    expect((await run.outcome()).exitCode).toBe(0);
    expect((await project.all()).summary.fresh).not.toContain('transform/a');
    await project.settle();
  }
});

test.concurrent('a run whose graph nobody can follow looks at everything each time', async ({ project }) => {
  project.edit('pipeline.ts', 'await main({', "await import(['node:', 'fs'].join(''));\n\nawait main({");
  expect((await project.all()).ran).toHaveLength(6);
  const { ctimeMs } = lstatSync(project.path('pipeline.ts'));
  await until('the code to be old enough for a snapshot', () => Date.now() - ctimeMs > 3000);
  for (let k = 0; k < 2; k++) {
    expect(await all(project)).toMatchObject({ summary: { fresh: everything }, builtGraph: true });
  }
  expect(project.has('artifacts/store/snapshot.json')).toBe(false);
});

test.concurrent('params in another order make another graph', async ({ project }) => {
  project.edit('pipeline.ts', 'settings: { a:', 'order: [{ b: 1, c: 1 }],\n  settings: { a:');
  project.edit(
    'pipeline.ts',
    'settings: v.record',
    'order: v.array(v.record(v.string(), v.number())),\n  settings: v.record',
  );
  project.edit('pipeline.ts', '{ word, settings,', '{ word, order, settings,');
  project.edit('pipeline.ts', 'params: { separator }', 'params: { separator: Object.keys(order[0] ?? {}).join() }');
  const settings = (order: string) => ['--set', `order=[${order}]`];
  const forward = settings('{"b":1,"c":2}');
  await project.settle(...forward);
  expect((await all(project, ...forward)).builtGraph).toBe(false);
  expect((await project.all(...settings('{"c":2,"b":1}'))).ran).toEqual(['collect', 'publish']);
});

test.concurrent('a pipeline of no stages has none when it is looked at again, too', async ({ project }) => {
  project.edit('pipeline.ts', 'separator }, graph) {', 'separator }, graph) {\n    if (word !== separator) return;');
  await project.settle();
  expect(await all(project)).toMatchObject({ summary: { fresh: [] }, builtGraph: false });
  expect((await project.all()).events[0]).toMatchObject({ event: 'started', stages: 0 });
});
