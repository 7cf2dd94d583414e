import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { canonicalJson, digestBytes, type JsonObject } from '../../engine/digest.ts';
import { defineFormat } from '../../engine/format.ts';
import type { Artifact } from '../../engine/graph.ts';
import { GraphBuilder } from '../../engine/graph-builder.ts';
import { defineKind, many } from '../../engine/kind.ts';
import provenance from '../../engine/provenance.ts';
import { hasOutputsOf, recipeOf } from '../../engine/recipe.ts';

interface Parts {
  kind: string;
  params: JsonObject;
  /** Texts that stand for the content of each input. */
  inputs: Record<string, string[]>;
  code: string;
}

const text = defineFormat({ name: 'text', extension: 'txt', encode: () => new Uint8Array(), decode: () => '' });
const module = 'file:///kind.ts';
const params = v.strictObject({});
const outputs = { text };
const run = () => ({ text: '' });

/** Stages that hold some contents, and how they are told from each other. */
function holding(graph: GraphBuilder, names: readonly string[]): Artifact<'text'>[] {
  const kind = defineKind({ name: 'upstream', module, params, inputs: {}, outputs, run });
  return names.map((name) => graph.add(name, kind, { params: {}, inputs: {} }).text);
}

function digestOf({ kind, params: own, inputs, code }: Parts, upstream = 'upstream'): string {
  const graph = new GraphBuilder();
  const contents = new Map<string, string>();
  const wired = Object.entries(inputs).map(([input, texts], i) => {
    const names = texts.map((content, j) => {
      const name = `${upstream}/${i}/${j}`;
      contents.set(name, content);
      return name;
    });
    return [input, holding(graph, names)] as const;
  });
  const formats = Object.fromEntries(Object.keys(inputs).map((input) => [input, many(text)]));
  const declared = defineKind({ name: kind, module, params, inputs: formats, outputs, run });
  const made = graph.add('stage', declared, { params: {}, inputs: Object.fromEntries(wired) }).text;
  const known = { digest: digestBytes(code), bundle: digestBytes(code), files: {}, packages: {} };
  const recipe = recipeOf({ ...made.stage, params: own }, known, ({ name }) => ({
    recipe: '',
    outputs: { text: digestBytes(contents.get(name) ?? '') },
  }));
  return recipe?.digest ?? 'none';
}

const word = fc.constantFrom('a', 'b', 'ab');
const parts: fc.Arbitrary<Parts> = fc.record({
  kind: word,
  params: fc.dictionary(word, fc.oneof(fc.nat(1), word, fc.array(fc.nat(1), { maxLength: 2 })), { maxKeys: 2 }),
  inputs: fc.dictionary(word, fc.array(word, { maxLength: 2 }), { maxKeys: 2 }),
  code: word,
});

/** Inputs have names alone, but a stage sees the order of its params. */
function contentsOf({ params, inputs }: Parts): string {
  return JSON.stringify([params, canonicalJson(inputs)]);
}

test('a recipe changes if, and only if, one of its parts does', () => {
  fc.assert(
    fc.property(parts, parts, (a, b) => {
      const same = [a.kind, a.code].join() === [b.kind, b.code].join();
      const equal = same && contentsOf(a) === contentsOf(b);
      expect(digestOf(a) === digestOf(b)).toBe(equal);
    }),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(parts, parts, fc.constantFrom('kind', 'params', 'inputs', 'code'), (a, b, part) => {
      const mixed = { ...a, [part]: b[part] };
      const same = [a.kind, a.code].join() === [mixed.kind, mixed.code].join();
      expect(digestOf(a) === digestOf(mixed)).toBe(same && contentsOf(a) === contentsOf(mixed));
    }),
    { numRuns: 500 },
  );
});

test('params in another order are another recipe', () => {
  const stage = { kind: 'list', inputs: {}, code: '' };
  expect(digestOf({ ...stage, params: { a: 1, b: 2 } })).not.toBe(digestOf({ ...stage, params: { b: 2, a: 1 } }));
});

test('a recipe does not depend on the names of the stages that it is built from, but on their order', () => {
  const stage = { kind: 'join', params: {}, inputs: { parts: ['x', 'y'] }, code: '' };
  expect(digestOf(stage, 'renamed')).toBe(digestOf(stage));
  expect(digestOf({ ...stage, inputs: { parts: ['y', 'x'] } })).not.toBe(digestOf(stage));
});

test('what is wired as a group is told from what is wired as a list, and members of a group from each other', () => {
  const recipeFor = (inputs: { first: string; second: string }, declare: 'group' | 'list') => {
    const graph = new GraphBuilder();
    const [first, second] = holding(graph, ['a', 'b']);
    if (first === undefined || second === undefined) throw new Error('two stages were added');
    const options = { name: 'kind', module, params, outputs, run };
    const { text: made } =
      declare === 'group'
        ? graph.add('stage', defineKind({ ...options, inputs: { pairs: many({ first: text, second: text }) } }), {
            params: {},
            inputs: { pairs: [{ first, second }] },
          })
        : graph.add('stage', defineKind({ ...options, inputs: { pairs: many(text) } }), {
            params: {},
            inputs: { pairs: [first, second] },
          });
    const code = { digest: digestBytes(''), bundle: digestBytes(''), files: {}, packages: {} };
    const contents: Record<string, string> = { a: inputs.first, b: inputs.second };
    return recipeOf(made.stage, code, ({ name }) => ({
      recipe: '',
      outputs: { text: digestBytes(contents[name] ?? '') },
    }))?.digest;
  };
  const recipes = [
    recipeFor({ first: 'x', second: 'y' }, 'group'),
    recipeFor({ first: 'y', second: 'x' }, 'group'),
    recipeFor({ first: 'x', second: 'y' }, 'list'),
  ];
  expect(new Set(recipes).size).toBe(3);
  expect(recipeFor({ first: 'x', second: 'y' }, 'group')).toBe(recipes[0]);
});

test('the recipe of a stage is unknown while that of something that it is built from is', () => {
  const graph = new GraphBuilder();
  const [upstream] = holding(graph, ['a']);
  if (upstream === undefined) throw new Error('a stage was added');
  const kind = defineKind({ name: 'kind', module, params, inputs: { upstream: text }, outputs, run });
  const { stage } = graph.add('stage', kind, { params: {}, inputs: { upstream } }).text;
  const code = { digest: digestBytes(''), bundle: digestBytes(''), files: {}, packages: {} };
  expect(recipeOf(stage, code, () => undefined)).toBeUndefined();
  expect(recipeOf(stage, code, () => ({ recipe: '', outputs: {} }))).toBeUndefined();
});

test('a stage of provenance has a recipe once it is known how its inputs were made, and another for each way', () => {
  const graph = new GraphBuilder();
  const of = holding(graph, ['a']);
  const [{ stage }] = Object.values(graph.add('of', provenance, { params: {}, inputs: { of } }));
  const code = { digest: digestBytes(''), bundle: digestBytes(''), files: {}, packages: {} };
  const madeBy = () => ({ recipe: '', outputs: { text: digestBytes('') } });
  const slice = (made: string, modules: Record<string, string> = {}) => ({ provenance: Buffer.from(made), modules });
  expect(recipeOf(stage, code, madeBy)).toBeUndefined();
  const slices = [slice('one'), slice('other'), slice('one', { 'a.ts': digestBytes('a') })];
  const recipes = slices.map((slice) => recipeOf(stage, code, madeBy, slice));
  expect(new Set(recipes.map((recipe) => recipe?.digest)).size).toBe(3);
  expect(recipes.map((recipe) => recipe?.slice)).toEqual(slices);
  expect(recipes[2]?.inputs.slice).toEqual({ stages: digestBytes('one'), 'a.ts': digestBytes('a') });
  expect(recipes[0]).toEqual(recipeOf(stage, code, madeBy, slice('one')));
});

test('the outputs of a stage are all that it has, and no others', () => {
  const [{ stage }] = holding(new GraphBuilder(), ['a']);
  expect(hasOutputsOf(stage, { text: '' })).toBe(true);
  for (const outputs of [{}, { other: '' }, { text: '', other: '' }]) expect(hasOutputsOf(stage, outputs)).toBe(false);
});
