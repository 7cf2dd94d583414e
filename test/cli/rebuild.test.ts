import { expect } from 'vitest';
import { test } from '../support/project.ts';

const everything = ['collect', 'publish', 'source', 'transform/a', 'transform/b', 'transform/c'];
const transforms = ['transform/a', 'transform/b', 'transform/c'];

test.concurrent('runs everything once, and nothing when nothing changed or only looks did', async ({ project }) => {
  const first = await project.all();
  expect(first).toMatchObject({ exitCode: 0, ran: everything });
  expect(first.summary.ran.toSorted()).toEqual(everything);
  expect(project.read('artifacts/transform/a/text.txt')).toBe('ifmmp');
  expect(project.read('figures/figure.txt')).toBe('ifmmp-khoor-mjqqt (up to t)\n');
  const lock = project.read('artifacts/lock.json');

  const second = await project.all();
  expect(second).toMatchObject({ exitCode: 0, ran: [] });
  expect(second.summary.fresh.toSorted()).toEqual(everything);

  project.edit('lib/alphabet.ts', '/** Three imports down', '/* A comment. *//** Three imports down');
  expect(await project.all()).toMatchObject({ ran: [], summary: { ran: [], restored: [] } });

  project.edit(
    'lib/alphabet.ts',
    "const alphabet = 'abcdefghijklmnopqrstuvwxyz';",
    'const alphabet =\n\t( "abcdefghijklmnopqrstuvwxyz" )',
  );
  expect(await project.all()).toMatchObject({ ran: [], summary: { ran: [], restored: [] } });

  project.edit('lib/alphabet.ts', 'const alphabet =', 'type Letters = string;\nexport const alphabet: Letters =');
  project.edit('lib/alphabet.ts', 'export type', 'type');
  project.edit(
    'lib/letters.ts',
    'import {',
    'import type { ParsedPath } from "node:path";\nexport type { ParsedPath };\nimport {',
  );
  expect(await project.all()).toMatchObject({ ran: [], summary: { ran: [], restored: [] } });

  expect(project.read('artifacts/lock.json')).toBe(lock);
});

test.concurrent('a changed helper three imports down runs the stages that reach it, and what their new outputs reach', async ({
  project,
}) => {
  await project.all();

  // Other code that gives the same bytes: the wave ends at the stages that reach it.
  project.edit('lib/alphabet.ts', "'abcdefghijklmnopqrstuvwxyz'", "'abcdefghijklm'.concat('nopqrstuvwxyz')");
  const same = await project.all();
  expect(same.ran).toEqual(transforms);
  expect(same.summary.fresh.toSorted()).toEqual(['collect', 'publish', 'source']);
  const started = same.events.filter((event) => event.event === 'stage-started');
  expect(started.map(({ reasons }) => reasons)).toEqual(
    transforms.map(() => [{ reason: 'code-changed', file: 'lib/alphabet.ts', change: 'changed' }]),
  );

  project.edit('lib/alphabet.ts', "'nopqrstuvwxyz'", "'zyxwvutsrqpon'");
  expect((await project.all()).ran).toEqual(['collect', 'publish', ...transforms]);

  // A file that no stage imports.
  project.write('lib/unused.ts', 'export const unused = 1;\n');
  expect((await project.all()).ran).toEqual([]);
});

test.concurrent('a changed param runs its own branch alone, and changed back nothing: results and figures are restored', async ({
  project,
}) => {
  await project.all();
  const figure = project.read('figures/figure.txt');
  const lock = project.read('artifacts/lock.json');

  project.edit('pipeline.ts', 'a: { snr: 0.1 }', 'a: { snr: 0.2 }');
  const changed = await project.all();
  expect(changed.ran).toEqual(['collect', 'publish', 'transform/a']);
  expect(changed.summary.fresh.toSorted()).toEqual(['source', 'transform/b', 'transform/c']);
  expect(project.read('figures/figure.txt')).not.toBe(figure);
  expect(project.read('artifacts/lock.json')).not.toBe(lock);

  project.edit('pipeline.ts', 'a: { snr: 0.2 }', 'a: { snr: 0.1 }');
  const back = await project.all();
  expect(back).toMatchObject({ exitCode: 0, ran: [], summary: { restored: ['transform/a', 'collect', 'publish'] } });
  expect(project.read('figures/figure.txt')).toBe(figure);
  expect(project.read('artifacts/lock.json')).toBe(lock);
  expect(await project.all()).toMatchObject({ ran: [], summary: { restored: [] } });
});

test.concurrent('an upstream that runs again and makes the same bytes runs nothing downstream', async ({ project }) => {
  await project.all();
  project.edit('stages/source.ts', 'params.word.trim()', 'params.word.trim().trimEnd()');
  expect((await project.all()).ran).toEqual(['source']);
  project.edit('pipeline.ts', "word: 'hello'", "word: ' hello '");
  expect((await project.all()).ran).toEqual(['source']);
});

test.concurrent('stages that are added run alone with what they are wired to, and stages that are removed run nothing', async ({
  project,
}) => {
  await project.all();

  project.edit('pipeline.ts', 'c: { snr: 0.5 }', 'c: { snr: 0.5 }, d: { snr: 0.7 }');
  expect((await project.all()).ran).toEqual(['collect', 'publish', 'transform/d']);
  expect(project.read('figures/figure.txt')).toContain('ifmmp-khoor-mjqqt-olssv');

  project.edit('pipeline.ts', ', d: { snr: 0.7 }', '');
  const removed = await project.all();
  expect(removed).toMatchObject({ ran: [], summary: { restored: ['collect', 'publish'] } });
  expect(project.read('artifacts/lock.json')).not.toContain('transform/d');

  // The same artifacts in another order are another input.
  project.edit('pipeline.ts', 'a: { snr: 0.1 }, b: { snr: 0.3 }', 'b: { snr: 0.3 }, a: { snr: 0.1 }');
  const reordered = await project.all();
  expect(reordered.ran).toEqual(['collect', 'publish']);
  const started = reordered.events.find((event) => event.event === 'stage-started');
  expect(started).toMatchObject({ stage: 'collect', reasons: [{ reason: 'input-reordered', input: 'variants' }] });
});

test.concurrent('a stage with another name is restored from what the recipe made before', async ({ project }) => {
  await project.all();
  project.edit('pipeline.ts', "graph.add('source'", "graph.add('origin'");
  const renamed = await project.all();
  expect(renamed).toMatchObject({ ran: [], summary: { restored: ['origin'] } });
});

test.concurrent('--force runs everything for all, and the targets alone for run', async ({ project }) => {
  await project.all();
  expect((await project.all('--force')).ran).toEqual(everything);
  const forced = await project.run('run', 'collect', '--force', '--json');
  expect(forced).toMatchObject({ ran: ['collect'], summary: { ran: ['collect'] } });
  expect(forced.summary?.fresh).not.toContain('publish');
  expect((await project.run('run', 'transform', '--force')).ran).toEqual(transforms);
  expect((await project.all()).ran).toEqual([]);
});
