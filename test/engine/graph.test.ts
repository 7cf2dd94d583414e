import * as v from 'valibot';
import { expect, test } from 'vitest';
import { defineFormat } from '../../engine/format.ts';
import { GraphBuilder } from '../../engine/graph-builder.ts';
import { defineKind, type Kind, many } from '../../engine/kind.ts';

const text = defineFormat({ name: 'text', extension: 'txt', encode: () => new Uint8Array(), decode: () => '' });

const kind = defineKind({
  name: 'kind',
  module: 'file:///kind.ts',
  params: v.strictObject({}),
  inputs: {},
  outputs: { text },
  run: () => ({ text: '' }),
});

/** Adds stages, each published where it says, to one graph. */
const graphOf = (stages: readonly (readonly [name: string, publish?: string])[]) => () => {
  const graph = new GraphBuilder();
  for (const [name, publish] of stages) {
    graph.add(name, kind, { params: {}, inputs: {}, publish: publish === undefined ? {} : { text: publish } });
  }
};

test('a name, or a place to publish at, that is taken or unusable is refused', () => {
  expect(graphOf([['a/b', 'figures/a.txt'], ['a/c', 'b.txt'], ['d']])).not.toThrow();
  expect(graphOf([['a'], ['a']])).toThrow("two stages are named 'a'");
  expect(graphOf([['a/b'], ['a']])).toThrow("other stages are named 'a/…'");
  expect(graphOf([['a'], ['a/b']])).toThrow("another stage is named 'a'");
  for (const name of ['', '.', '../a', 'a//b', 'a b', 'store/a', 'lock.json']) {
    expect(graphOf([[name]]), name).toThrow(`'${name}' can't be the name of a stage`);
  }
  expect(
    graphOf([
      ['a', 'figures/a.txt'],
      ['b', 'figures/a.txt'],
    ]),
  ).toThrow('both publish figures/a.txt');
  expect(graphOf([['a', 'artifacts/b/text.txt'], ['b']])).toThrow("can't publish 'artifacts/b/text.txt'");
  expect(graphOf([['a', '../a.txt']])).toThrow("can't publish '../a.txt'");
});

test('code of modules is refused to all but a stage of provenance', () => {
  const add = () => new GraphBuilder().add('stage', kind, { params: {}, inputs: {}, modules: ['file:///a.ts'] });
  expect(add).toThrow('only a stage of provenance has it');
});

test('params that are not what their JSON says are refused: a worker would get others', () => {
  const withParams =
    (params: v.StrictObjectSchema<v.ObjectEntries, undefined>, given: Record<string, unknown>) => () => {
      const own = defineKind({ ...kind, name: 'own', params });
      new GraphBuilder().add('stage', own, { params: given, inputs: {} });
    };
  const deep = (depth: number): unknown => (depth === 0 ? 1 : [deep(depth - 1)]);
  expect(withParams(v.strictObject({ n: v.number() }), { n: 1 })).not.toThrow();
  expect(withParams(v.strictObject({ n: v.number() }), { n: Number.POSITIVE_INFINITY })).toThrow('not plain JSON');
  const optional = v.strictObject({ n: v.number(), other: v.optional(v.number()) });
  expect(withParams(optional, { n: 1, other: undefined })).not.toThrow();
  const doubled = v.pipe(
    v.number(),
    v.transform((n) => 2 * n),
  );
  expect(withParams(v.strictObject({ n: doubled }), { n: 1 })).toThrow('not plain JSON');
  expect(withParams(v.strictObject({ n: v.unknown() }), { n: deep(50) })).not.toThrow();
  expect(withParams(v.strictObject({ n: v.unknown() }), { n: deep(200) })).toThrow('not plain JSON');
});

test('two kinds of one name, and paths to publish at that are within each other, are refused', () => {
  const graph = new GraphBuilder();
  graph.add('a', kind, { params: {}, inputs: {} });
  const other = defineKind({ ...kind, module: 'file:///other.ts' });
  expect(() => graph.add('b', other, { params: {}, inputs: {} })).toThrow("two kinds are named 'kind'");
  const unusable = defineKind({ ...kind, name: 'a "kind"' });
  expect(() => graph.add('c', unusable, { params: {}, inputs: {} })).toThrow("can't be the name of a kind");
  const nested: [string, string][] = [
    ['a', 'figures'],
    ['b', 'figures/b.txt'],
  ];
  for (const stages of [nested, nested.toReversed()]) expect(graphOf(stages)).toThrow("can't publish");
});

test('the artifacts of a format are those of all stages that make it, in their order', () => {
  const graph = new GraphBuilder();
  const other = defineFormat({ name: 'other', extension: 'txt', encode: () => new Uint8Array(), decode: () => '' });
  for (const name of ['b', 'a']) graph.add(name, kind, { params: {}, inputs: {} });
  expect(graph.artifactsOf(text).map(({ name }) => name)).toEqual(['b#text', 'a#text']);
  expect(graph.artifactsOf(other)).toEqual([]);
});

test('an input is refused a list where it takes one artifact, and one artifact where it takes a list', () => {
  const add = (input: Kind['inputs'][string], isWiredToList: boolean) => () => {
    const graph = new GraphBuilder();
    const made = graph.add('a', kind, { params: {}, inputs: {} }).text;
    const reader: Kind = defineKind({ ...kind, inputs: { texts: input } });
    graph.add('b', reader, { params: {}, inputs: { texts: isWiredToList ? [made] : made } });
  };
  expect(add(many(text), true)).not.toThrow();
  expect(add(many(text), false)).toThrow("the input 'texts' of stage 'b' is wired wrong: it takes a list");
  expect(add(text, true)).toThrow('it takes one element, and no list');
});
