import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { canonicalJson, digestBytes, type JsonObject } from '../../engine/digest.ts';
import type { Stage } from '../../engine/graph.ts';
import { artifactType } from '../../engine/kind.ts';
import { recipeOf } from '../../engine/recipe.ts';

interface Parts {
  kind: string;
  params: JsonObject;
  /** Texts that stand for the content of each input. */
  inputs: Record<string, string[]>;
  code: string;
}

const text = artifactType('text', 'txt');

function digestOf({ kind, params, inputs, code }: Parts, upstream = 'upstream'): string {
  const stage: Stage = {
    name: 'stage',
    kind: {
      name: kind,
      module: 'file:///kind.ts',
      params: v.strictObject({}),
      inputs: {},
      outputs: { text },
      run: async () => {},
    },
    params,
    wires: [],
    files: new Map(),
    publish: new Map(),
  };
  const wired = Object.entries(inputs).map(([input, contents]) => [
    input,
    Object.fromEntries(contents.map((content, i) => [`${upstream}/${i}#text`, digestBytes(content)])),
  ]);
  const modules = { 'kind.ts': digestBytes(code) };
  return recipeOf(stage, Object.fromEntries(wired), { digest: digestBytes(code), modules, packages: {} }).digest;
}

const word = fc.constantFrom('a', 'b', 'ab');
const parts: fc.Arbitrary<Parts> = fc.record({
  kind: word,
  params: fc.dictionary(word, fc.oneof(fc.nat(1), word, fc.array(fc.nat(1), { maxLength: 2 })), { maxKeys: 2 }),
  inputs: fc.dictionary(word, fc.array(word, { maxLength: 2 }), { maxKeys: 2 }),
  code: word,
});

test('a recipe changes if, and only if, one of its parts does', () => {
  fc.assert(
    fc.property(parts, parts, (a, b) => {
      const same = [a.kind, a.code].join() === [b.kind, b.code].join();
      const equal = same && canonicalJson([a.params, a.inputs]) === canonicalJson([b.params, b.inputs]);
      expect(digestOf(a) === digestOf(b)).toBe(equal);
    }),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(parts, parts, fc.constantFrom('kind', 'params', 'inputs', 'code'), (a, b, part) => {
      const mixed = { ...a, [part]: b[part] };
      expect(digestOf(a) === digestOf(mixed)).toBe(canonicalJson({ ...a }) === canonicalJson({ ...mixed }));
    }),
    { numRuns: 500 },
  );
});

test('a recipe does not depend on the names of the stages that it is built from, but on their order', () => {
  const stage = { kind: 'join', params: {}, inputs: { parts: ['x', 'y'] }, code: '' };
  expect(digestOf(stage, 'renamed')).toBe(digestOf(stage));
  expect(digestOf({ ...stage, inputs: { parts: ['y', 'x'] } })).not.toBe(digestOf(stage));
});
