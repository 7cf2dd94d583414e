import { createHash } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { codeFile, provenanceFile } from '../../engine/provenance.ts';
import { type Project, test } from '../support/project.ts';

/** Adds to the pipeline a stage that tells how the collection was made, with the code of what makes its words. */
function addProvenance(project: Project): void {
  project.edit('pipeline.ts', 'import collect', "import provenance from './engine/provenance.ts';\nimport collect");
  project.edit(
    'pipeline.ts',
    "    graph.add('publish'",
    `    const modules = [new URL('./stages/transform.ts', import.meta.url).href];
    graph.add('provenance', provenance, { params: {}, inputs: { of: [collection] }, modules });
    graph.add('publish'`,
  );
}

const digestOf = (contents: string) => createHash('sha256').update(contents).digest('hex');

function provenanceOf(project: Project) {
  return provenanceFile.decode(new TextEncoder().encode(project.read('artifacts/provenance/provenance.json')));
}

test.concurrent('provenance tells what made an artifact, up to the sources, and holds code as it runs', async ({
  project,
}) => {
  addProvenance(project);
  expect((await project.all()).summary.ran).toContain('provenance');
  const { stages, kinds } = provenanceOf(project);
  expect(stages.map(({ name }) => name)).toEqual(['collect', 'source', 'transform/a', 'transform/b', 'transform/c']);
  const [collect, source] = stages;
  expect(source).toMatchObject({ params: { word: 'hello' }, outputs: { text: digestOf('hello') } });
  expect(collect?.inputs).toEqual({ variants: ['transform/a#text', 'transform/b#text', 'transform/c#text'] });
  const code = codeFile.decode(new TextEncoder().encode(project.read('artifacts/provenance/code.json')));
  const bundle = code.modules['stages/transform.ts'] ?? '';
  expect(kinds.transform?.bundle).toBe(bundle);
  expect(digestOf(code.bundles[bundle] ?? '')).toBe(bundle);

  expect((await project.all()).summary.ran).toEqual([]);
  expect(await project.run('check')).toMatchObject({ exitCode: 0 });
  const rebuilt = await project.run('check', '--rebuild', 'provenance');
  expect([rebuilt.exitCode, rebuilt.stdout]).toEqual([0, expect.stringContaining('byte for byte, as locked')]);
});

test.concurrent('provenance is made anew where a param or code upstream is another, also where the bytes stay', async ({
  project,
}) => {
  addProvenance(project);
  await project.all();
  const first = project.read('artifacts/provenance/provenance.json');

  project.edit('pipeline.ts', "word: 'hello'", "word: ' hello '");
  const param = await project.all();
  expect([param.ran, param.summary.ran]).toEqual([['source'], ['source', 'provenance']]);
  expect(provenanceOf(project).stages.find(({ name }) => name === 'source')?.params).toEqual({ word: ' hello ' });

  project.edit('pipeline.ts', "word: ' hello '", "word: 'hello'");
  expect((await project.all()).summary).toMatchObject({ ran: [], restored: ['provenance'] });
  expect(project.read('artifacts/provenance/provenance.json')).toBe(first);

  project.edit('lib/alphabet.ts', "'abcdefghijklmnopqrstuvwxyz'", "'abcdefghijklm'.concat('nopqrstuvwxyz')");
  const code = await project.all();
  expect(code.summary.ran).toContain('provenance');
  expect(code.summary.fresh).toContain('collect');
});

test.concurrent('provenance that was damaged or taken away is made again', async ({ project }) => {
  addProvenance(project);
  await project.all();
  const path = project.path('artifacts/provenance/provenance.json');
  const contents = project.read('artifacts/provenance/provenance.json');
  chmodSync(path, 0o644);
  writeFileSync(path, contents.replace('"collect"', '"forged"'));
  expect(await project.all()).toMatchObject({ exitCode: 0 });
  expect(project.read('artifacts/provenance/provenance.json')).toBe(contents);
  project.delete('artifacts/store/bundles');
  expect((await project.run('run', 'provenance', '--force')).exitCode).toBe(0);
  expect(project.read('artifacts/provenance/provenance.json')).toBe(contents);
});
