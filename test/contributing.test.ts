import { appendFileSync, cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { newFolder } from './support/folder.ts';

const root = join(import.meta.dirname, '..');

/** The pieces of TypeScript in CONTRIBUTING.md. */
function pieces(): string[] {
  const text = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
  return [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, piece = '']) => piece);
}

it('CONTRIBUTING tells how to add a format, a kind, a stage and a figure', { timeout: 120_000 }, async () => {
  const checkout = newFolder();
  for (const name of [
    'engine',
    'cli',
    'pipeline',
    'report',
    'science',
    'stages',
    'pipeline.ts',
    'package.json',
    'tsconfig.json',
  ])
    cpSync(join(root, name), join(checkout, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'));
  const stages: string[] = [];
  for (const piece of pieces()) {
    const file = /^\/\/ (stages\/\S+)\n/.exec(piece)?.[1];
    if (piece.includes('export { default as')) appendFileSync(join(checkout, 'stages/kinds.ts'), piece);
    else if (file !== undefined) writeFileSync(join(checkout, file), piece);
    else if (piece.includes('graph.add(')) stages.push(piece);
  }
  const pipeline = join(checkout, 'pipeline.ts');
  const [before = '', after = ''] = readFileSync(pipeline, 'utf8').split(/(?=^ {2}const captions = )/m);
  writeFileSync(pipeline, [before, ...stages, after].join('\n'));
  await execa(join(root, 'node_modules/.bin/tsc'), ['-p', '.', '--noEmit'], { cwd: checkout });
  const few = ['--set=synthetic.seeds=1', '--set=synthetic.nsnr2=0.75', '--jobs=2'];
  const run = await execa('npx', ['tsx', 'pipeline.ts', 'run', 'noise-norms', ...few], { cwd: checkout });
  expect(run.stdout).toContain('ran noise-norms');
  expect(readFileSync(join(checkout, 'out/artifacts/noise-norms/table.csv'), 'utf8')).toMatch(
    /^nsnr2,seed,mean_norm\n0/,
  );
  const list = await execa('npx', ['tsx', 'pipeline.ts', 'list'], { cwd: checkout });
  expect(list.stdout).toMatch(/^figure-iterations .*figures\/figure-iterations\.caption\.md$/m);
});
