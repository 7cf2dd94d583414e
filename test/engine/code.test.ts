import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { openCheckout } from '../../engine/checkout.ts';
import { defineFormat } from '../../engine/format.ts';
import { type Artifact, GraphBuilder } from '../../engine/graph.ts';
import { defineKind } from '../../engine/kind.ts';
import { recipeOf } from '../../engine/recipe.ts';
import { barePipeline } from '../support/bare-pipeline.ts';
import { newFolder } from '../support/folder.ts';

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
  return stages.map(({ stage }) => ({ code: codes.of(stage), recipe: recipeOf(stage, codes.of(stage), () => ({})) }));
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
