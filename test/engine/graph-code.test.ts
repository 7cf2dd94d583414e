import { rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundle, graphCodeOf, isSameInGraph } from '../../engine/bundler.ts';
import { openCheckout } from '../../engine/checkout.ts';
import { GraphCode } from '../../engine/graph-code.ts';
import { barePipeline } from '../support/bare-pipeline.ts';
import { newFolder } from '../support/folder.ts';

const KIND = `
import { defineKind } from './define.ts';
import { sum } from './sum.ts';

export const LIMIT = 3;
const HALF = 0.5;

/** A kind. */
export default defineKind({
  name: 'kind',
  params: { limit: LIMIT },
  run({ numbers }) {
    return { sum: scaled(sum(numbers)) };
  },
});

function scaled(number: number): number {
  return HALF * number;
}
`;

/** Writes a program with a kind; returns its folder, the path of the kind, and how to bundle the program. */
function program() {
  const root = newFolder();
  const write = (name: string, text: string) => writeFileSync(join(root, name), text);
  write('define.ts', 'export const defineKind = (kind: object) => kind;\n');
  write('sum.ts', 'export const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);\n');
  write('other.ts', "globalThis.name = 'other';\n");
  write('pipeline.ts', "import kind, { LIMIT } from './kind.ts';\nconsole.log(kind, LIMIT);\n");
  write('kind.ts', KIND);
  const bundled = async () => (await bundle(root, [{ module: 'pipeline.ts', as: 'graph' }], []))[0];
  return { root, path: join(root, 'kind.ts'), bundled };
}

const edits = {
  'what it runs': ['scaled(sum(numbers))', 'scaled(2 * sum(numbers))', true],
  'what only that uses': ['HALF = 0.5', 'HALF = 0.25', true],
  'a function of that': ['HALF * number', 'HALF * number + 1', true],
  'another function of that': ['scaled(sum(numbers))', 'doubled(sum(numbers))', true],
  'a comment': ['A kind.', 'A kind of stage.', true],
  'its name': ["name: 'kind'", "name: 'other'", false],
  'its params': ['limit: LIMIT', 'limit: HALF', false],
  'what it exports': ['LIMIT = 3', 'LIMIT = 4', false],
  'what it imports': ["import { sum } from './sum.ts'", "import { sum } from './sum.ts';\nimport './other.ts'", false],
  'what it does when it is loaded': ['export const LIMIT', "console.log('loaded');\nexport const LIMIT", false],
} as const;

test.each(Object.entries(edits))('an edit of %s is seen to concern the graph or not', async (_, [from, to, same]) => {
  const { path, bundled } = program();
  const first = await bundled();
  const before = first?.codes.get(path);
  expect(before).toEqual(await graphCodeOf(path));
  const text = KIND.replace(from, to);
  expect(text).not.toBe(KIND);
  writeFileSync(path, text.includes('doubled(') ? `${text}const doubled = (number: number) => 2 * number;\n` : text);
  expect(before && (await isSameInGraph(before, await graphCodeOf(path)))).toBe(same);
  expect((await bundled())?.code === first?.code).toBe(same);
});

test('a change that nobody has told of is seen', async () => {
  const { root, path } = program();
  const pipeline = barePipeline(root);
  const code = await GraphCode.read(openCheckout(pipeline, ''), pipeline);
  expect(await code.isUnchanged([])).toBe(true);
  writeFileSync(path, KIND.replace('HALF * number', 'HALF * number + 1'));
  expect(await code.isUnchanged([])).toBe(true);
  writeFileSync(join(root, 'notes.md'), 'A new file.');
  expect(await code.isUnchanged(['notes.md'])).toBe(true);
  writeFileSync(path, KIND.replace('LIMIT = 3', 'LIMIT = 4'));
  expect(await code.isUnchanged(['notes.md'])).toBe(false);
  expect(await code.isUnchanged([])).toBe(false);
  writeFileSync(path, KIND);
  expect(await code.isUnchanged([])).toBe(true);
});

test('a change behind a link is seen, and one of the same length and time', async () => {
  const { root, path } = program();
  const pipeline = barePipeline(root);
  const code = await GraphCode.read(openCheckout(pipeline, ''), pipeline);
  const { atime, mtime } = statSync(path);
  writeFileSync(path, KIND.replace('LIMIT = 3', 'LIMIT = 4'));
  utimesSync(path, atime, mtime);
  expect(await code.isUnchanged([])).toBe(false);
  const elsewhere = join(newFolder(), 'kind.ts');
  writeFileSync(elsewhere, KIND);
  rmSync(path);
  symlinkSync(elsewhere, path);
  expect(await code.isUnchanged([])).toBe(true);
  writeFileSync(elsewhere, KIND.replace('LIMIT = 3', 'LIMIT = 4'));
  expect(await code.isUnchanged([])).toBe(false);
});
