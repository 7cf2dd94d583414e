import { existsSync, lstatSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { openCheckout } from '../../engine/checkout.ts';
import { defineFormat } from '../../engine/format.ts';
import type { Artifact } from '../../engine/graph.ts';
import { GraphBuilder } from '../../engine/graph-builder.ts';
import { defineKind } from '../../engine/kind.ts';
import { recipeOf } from '../../engine/recipe.ts';
import { barePipeline } from '../support/bare-pipeline.ts';
import { newFolder } from '../support/folder.ts';
import { until } from '../support/poll.ts';

const text = defineFormat({ name: 'text', extension: 'txt', encode: () => new Uint8Array(), decode: () => '' });

/** A stage of each backend, with the code that each runs in a checkout of its own. */
async function codesOf(source: string) {
  const root = newFolder();
  writeFileSync(join(root, 'kind.ts'), source);
  const kind = defineKind({
    name: 'kind',
    module: pathToFileURL(join(root, 'kind.ts')).href,
    params: v.strictObject({ backend: v.string() }),
    inputs: {},
    outputs: { text },
    native: ({ backend }) => (backend === 'none' ? undefined : { packages: [], portable: backend === 'portable' }),
    run: () => ({ text: '' }),
  });
  const graph = new GraphBuilder();
  const stages = ['none', 'portable', 'native'].map((backend): Artifact => {
    return graph.add(backend, kind, { params: { backend }, inputs: {} }).text;
  });
  const { codes } = openCheckout(barePipeline(root), '');
  await codes.read(graph.graph);
  return stages.map(({ stage }) => ({
    code: codes.of(stage),
    recipe: recipeOf(stage, codes.of(stage), () => ({ recipe: '', outputs: {} })),
  }));
}

test('where the bytes are those of a platform, it is part of the recipe, and nowhere else', async () => {
  const [none, portable, native] = await codesOf('export const x = 1;\n');
  expect([none?.code.platform, portable?.code.platform]).toEqual([undefined, undefined]);
  expect(native?.code.platform).toContain(`${process.platform} ${process.arch}, `);
  expect(portable?.code.digest).toBe(none?.code.digest);
  expect(native?.code.digest).not.toBe(none?.code.digest);
  expect(native?.recipe?.code.platform).toBe(native?.code.platform);
});

test('the bundle of the same code is the same in any folder, whatever is written around it', async () => {
  const [here] = await codesOf('// A comment.\nexport const x: number = 1;\n');
  const [there] = await codesOf('export const x = /* another */ 1\n');
  expect(there?.code).toEqual(here?.code);
  const [other] = await codesOf('export const x = 2;\n');
  expect(other?.code.bundle).not.toBe(here?.code.bundle);
  expect(Object.keys(other?.code.files ?? {})).toEqual(['kind.ts']);
});

test('a package that a kind imports and no bundle holds must be declared', async () => {
  const root = newFolder();
  writeFileSync(join(root, 'kind.ts'), "export const load = () => import('native-package');\n");
  const kind = defineKind({
    name: 'kind',
    module: pathToFileURL(join(root, 'kind.ts')).href,
    params: v.strictObject({}),
    inputs: {},
    outputs: { text },
    run: () => ({ text: '' }),
  });
  const graph = new GraphBuilder();
  const { stage } = graph.add('stage', kind, { params: {}, inputs: {} }).text;
  const { codes } = openCheckout({ ...barePipeline(root), native: ['native-package'] }, '');
  await codes.read(graph.graph);
  expect(() => codes.of(stage)).toThrow("the kind 'kind' imports native-package, which no bundle holds");
});

test('a bundle is remembered only if all that it was made of was at rest before', async () => {
  const root = newFolder();
  const path = join(root, 'kind.ts');
  const module = pathToFileURL(path).href;
  const read = async () => {
    const { codes, layout } = openCheckout(barePipeline(root), '');
    await codes.bundles.read([{ url: module, as: 'pure' }]);
    codes.bundles.save();
    const isRemembered =
      existsSync(layout.bundleMemory) && readFileSync(layout.bundleMemory, 'utf8').includes('kind.ts');
    return { digest: codes.bundles.of(module).digest, isRemembered };
  };
  writeFileSync(path, 'export const x = 1;\n');
  const first = await read();
  expect(first.isRemembered).toBe(false);
  writeFileSync(path, 'export const x = 2;\n');
  expect((await read()).digest).not.toBe(first.digest);
  const { ctimeMs } = lstatSync(path);
  await until('the file to be at rest', () => Date.now() - ctimeMs > 2500);
  expect((await read()).isRemembered).toBe(true);
});

test('a file that is a link is refused, since a change of what it leads to would not show', async () => {
  const root = newFolder();
  writeFileSync(join(root, 'real.ts'), 'export const x = 1;\n');
  symlinkSync('real.ts', join(root, 'kind.ts'));
  const { codes } = openCheckout(barePipeline(root), '');
  const module = { url: pathToFileURL(join(root, 'kind.ts')).href, as: 'pure' as const };
  await expect(codes.bundles.read([module])).rejects.toThrow('is a link, whose changes do not show');
});
