import { appendFileSync, mkdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { bundle } from '../../engine/bundler.ts';
import { openCheckout } from '../../engine/checkout.ts';
import { graphCodeOf, isSameInGraph } from '../../engine/file-code.ts';
import { fileIdentity } from '../../engine/file-digests.ts';
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

/** The same program, with its code as it is read. Its kind can't be loaded again. */
async function readProgram() {
  const { root, path } = program();
  const pipeline = barePipeline(root);
  const code = await GraphCode.read(openCheckout(pipeline, ''), pipeline, [pathToFileURL(path).href]);
  const module = join(root, 'pipeline.ts');
  return { root, path, code, module, change: { modules: [module] } };
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
  const { root, path, code } = await readProgram();
  expect(await code.changeBy([])).toBe('none');
  writeFileSync(path, KIND.replace('HALF * number', 'HALF * number + 1'));
  expect(await code.changeBy([])).toBe('none');
  writeFileSync(join(root, 'notes.md'), 'A new file.');
  expect(await code.changeBy(['notes.md'])).toBe('none');
  writeFileSync(path, KIND.replace('LIMIT = 3', 'LIMIT = 4'));
  expect(await code.changeBy(['notes.md'])).toBe('other');
  expect(await code.changeBy([])).toBe('other');
  writeFileSync(path, KIND);
  expect(await code.changeBy([])).toBe('none');
});

test('a change behind a link is seen, and one of the same length and time', async () => {
  const { path, code } = await readProgram();
  const { atime, mtime } = statSync(path);
  writeFileSync(path, KIND.replace('LIMIT = 3', 'LIMIT = 4'));
  utimesSync(path, atime, mtime);
  expect(await code.changeBy([])).toBe('other');
  const elsewhere = join(newFolder(), 'kind.ts');
  writeFileSync(elsewhere, KIND);
  rmSync(path);
  symlinkSync(elsewhere, path);
  expect(await code.changeBy([])).toBe('none');
  writeFileSync(elsewhere, KIND.replace('LIMIT = 3', 'LIMIT = 4'));
  expect(await code.changeBy([])).toBe('other');
});

test('a change of the module of the pipeline is told once, unless it imports something else', async () => {
  const { root, path, code, module, change } = await readProgram();
  const rewrite = (text: string) => writeFileSync(module, text);
  const MODULE = "import kind, { LIMIT } from './kind.ts';\nconsole.log(kind, LIMIT, 'again');\n";
  rewrite(MODULE);
  expect(await code.changeBy([])).toEqual(change);
  const loaded = new Map([[module, fileIdentity(module)]]);
  expect(code.areAsTold(loaded)).toBe(true);
  expect(code.areAsTold(new Map([[module, 'what was loaded before the change']]))).toBe(false);
  expect(await code.changeBy([])).toBe('none');
  // What is gone again is nothing, even before that is made up for.
  expect(await code.changeBy(['pipeline.ts.swp'])).toBe('none');
  await code.settle();
  writeFileSync(join(root, 'notes.md'), 'A new file.');
  expect(await code.changeBy(['notes.md'])).toBe('none');

  // To go back is another change of it; so is a second one, and it does not hide that of a kind.
  rewrite(MODULE.replace('again', 'once more'));
  expect(await code.changeBy([])).toEqual(change);
  rewrite(MODULE);
  expect(code.areAsTold(loaded)).toBe(false);
  writeFileSync(path, KIND.replace('LIMIT = 3', 'LIMIT = 4'));
  expect(await code.changeBy([])).toBe('other');
  writeFileSync(path, KIND);
  expect(await code.changeBy([])).toEqual(change);
  rewrite(MODULE.replace('./kind.ts', './other.ts'));
  expect(await code.changeBy([])).toBe('other');
  rewrite(`${MODULE}import('./other.ts');\n`);
  expect(await code.changeBy([])).toBe('other');
});

test('what has changed since a change of the module is not made up for', async () => {
  const { path, code, module, change } = await readProgram();
  writeFileSync(module, "import kind, { LIMIT } from './kind.ts';\nconsole.log(LIMIT, kind);\n");
  expect(await code.changeBy([])).toEqual(change);
  writeFileSync(path, KIND.replace('LIMIT = 3', 'LIMIT = 4'));
  await code.settle();
  expect(await code.changeBy([])).toBe('other');
});

test('modules that have changed are told with all that import them, and so are those that had changed before', async () => {
  const { root, path } = program();
  const write = (name: string, text: string) => writeFileSync(join(root, name), text);
  write('words.ts', "export const words = ['a'];\n");
  write('names.ts', "export { words } from './words.ts';\n");
  write('more.ts', "export const more = ['b'];\n");
  const MODULE =
    "import kind from './kind.ts';\nimport { more } from './more.ts';\nimport { words } from './names.ts';\n";
  write('pipeline.ts', `${MODULE}console.log(kind, words, more);\n`);
  const pipeline = barePipeline(root);
  const code = await GraphCode.read(openCheckout(pipeline, ''), pipeline, [pathToFileURL(path).href]);
  expect(code.toLoadAgain(['notes.md'])).toBeUndefined();
  expect(code.toLoadAgain(['kind.ts'])).toBeUndefined();
  write('words.ts', "export const words = ['c'];\n");
  expect(code.toLoadAgain(['words.ts'])).toEqual(
    ['names.ts', 'pipeline.ts', 'words.ts'].map((name) => join(root, name)),
  );
  expect(await code.changeBy([])).toEqual({ modules: code.toLoadAgain(['words.ts']) });
  write('more.ts', "export const more = ['d'];\n");
  const all = ['more.ts', 'names.ts', 'pipeline.ts', 'words.ts'].map((name) => join(root, name));
  expect(await code.changeBy(['more.ts'])).toEqual({ modules: all });
  await code.settle();
  expect(await code.changeBy([])).toBe('none');
  write('more.ts', "export const more = ['e'];\n");
  write('kind.ts', KIND.replace('LIMIT = 3', 'LIMIT = 4'));
  expect(await code.changeBy([])).toBe('other');
});

test('what changed where the graph used nothing of it is not taken for loaded once the graph uses it', async () => {
  const { root, path } = program();
  const write = (name: string, text: string) => writeFileSync(join(root, name), text);
  write('shared.ts', 'export const a = 1;\nexport const b = 2;\n');
  write(
    'kind.ts',
    KIND.replace('LIMIT = 3', 'LIMIT = 3 * a').replace(
      'import { sum',
      "import { a } from './shared.ts';\nimport { sum",
    ),
  );
  const using = (used: string) =>
    write(
      'pipeline.ts',
      `import kind from './kind.ts';\nimport { a, b } from './shared.ts';\nconsole.log(kind, ${used});\n`,
    );
  using('a');
  const pipeline = barePipeline(root);
  const code = await GraphCode.read(openCheckout(pipeline, ''), pipeline, [pathToFileURL(path).href]);
  write('shared.ts', 'export const a = 1;\nexport const b = 3;\n');
  expect(await code.changeBy([])).toBe('none');
  using('2 * a');
  expect(await code.changeBy([])).toEqual({ modules: [join(root, 'pipeline.ts')] });
  // The bundle of the graph has the number itself in place of its name.
  using('a + b');
  expect(await code.changeBy([])).toBe('other');
});

test('data that changed while nobody asked is not taken for loaded; CommonJS and what is linked can not be loaded again', async () => {
  const { root, path } = program();
  const write = (name: string, text: string) => writeFileSync(join(root, name), text);
  const elsewhere = newFolder();
  writeFileSync(join(elsewhere, 'far.ts'), 'export const far = 1;\n');
  symlinkSync(elsewhere, join(root, 'linked'));
  write('old.cjs', 'exports.old = 1;\n');
  write('data.json', '{ "a": 1 }\n');
  const MODULE = `import data from './data.json' with { type: 'json' };\nimport { far } from './linked/far.ts';\nimport old from './old.cjs';\n`;
  write('pipeline.ts', `${MODULE}console.log(data.a, far, old.old);\n`);
  const pipeline = barePipeline(root);
  const code = await GraphCode.read(openCheckout(pipeline, ''), pipeline, [pathToFileURL(path).href]);
  for (const name of ['old.cjs', 'linked/far.ts']) expect(code.toLoadAgain([name]), name).toBeUndefined();
  write('pipeline.ts', `${MODULE}console.log(data.a, far, old.old, 'again');\n`);
  expect(await code.changeBy([])).toEqual({ modules: [join(root, 'pipeline.ts')] });
  write('data.json', '{ "a": 2 }\n');
  await code.settle();
  expect(await code.changeBy(['data.json'])).toBe('other');
});

test('a patch of a package is seen that the program alone imports', async () => {
  const { root, path } = program();
  const folder = join(root, 'node_modules/adder');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "name": "adder", "version": "1.0.0", "type": "module" }\n');
  const patch = (sum: string) => writeFileSync(join(folder, 'index.js'), `export const add = (a, b) => ${sum};\n`);
  patch('a + b');
  writeFileSync(
    join(root, 'pipeline.ts'),
    "import kind from './kind.ts';\nimport { add } from 'adder';\nadd(kind, 1);\n",
  );
  const pipeline = barePipeline(root);
  const code = await GraphCode.read(openCheckout(pipeline, ''), pipeline, [pathToFileURL(path).href]);
  expect(code.arePackagesAsRead()).toBe(true);
  patch('a - b');
  expect(code.arePackagesAsRead()).toBe(false);
});

test('the files of packages that kinds use tell of their changes, folders and links do not', async () => {
  const { root, path } = program();
  for (const name of ['node_modules/own', 'elsewhere/linked']) {
    mkdirSync(join(root, name), { recursive: true });
    writeFileSync(join(root, name, 'index.js'), 'export const one = 1;\n');
  }
  symlinkSync('../elsewhere/linked', join(root, 'node_modules/linked'));
  writeFileSync(path, `import * as own from 'own/index.js';\nimport * as linked from 'linked/index.js';\n${KIND}`);
  appendFileSync(path, 'console.log(own, linked);\n');
  const pipeline = barePipeline(root);
  const checkout = openCheckout(pipeline, '');
  await checkout.codes.bundles.read([{ url: pathToFileURL(path).href, as: 'pure' }]);
  const code = await GraphCode.read(checkout, pipeline, [pathToFileURL(path).href]);
  for (const name of ['own/index.js', 'own/package.json', 'linked/index.js'])
    expect(code.packages).toContain(`node_modules/${name}`);
  for (const name of ['own', 'linked']) expect(code.packages).not.toContain(`node_modules/${name}`);
  writeFileSync(join(root, 'elsewhere/linked/index.js'), 'export const one = 2;\n');
  expect(code.arePackagesAsRead()).toBe(false);
});
