import * as v from 'valibot';
import { expect, test } from 'vitest';
import { defineFormat } from '../../engine/format.ts';
import { type Artifact, artifactsOf, type Graph, mapWire, type Wired, withUpstream } from '../../engine/graph.ts';
import { GraphBuilder } from '../../engine/graph-builder.ts';
import { defineKind, type Kind, many } from '../../engine/kind.ts';
import provenance from '../../engine/provenance.ts';

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
  expect(withParams(v.strictObject({ n: v.number() }), { n: 'one' })).toThrow("the params of stage 'stage' are wrong");
  expect(withParams(v.strictObject({ n: v.number() }), { n: Number.POSITIVE_INFINITY })).toThrow('not plain JSON');
  const within = v.strictObject({ n: v.unknown() });
  expect(withParams(within, { n: { m: [1, null, 'text'] } })).not.toThrow();
  expect(withParams(within, { n: { m: [1, null, Number.NaN] } })).toThrow('not plain JSON');
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
  for (const name of ['a "kind"', '-kind']) {
    const unusable = defineKind({ ...kind, name });
    expect(() => graph.add(`c${name.length}`, unusable, { params: {}, inputs: {} })).toThrow(
      "can't be the name of a kind",
    );
  }
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

type Wirings = Parameters<typeof readerOf>[1];

type Input = Kind['inputs'][string];

const readers = new Map<Input, Kind>();

/** The kind that reads an input, the same each time. */
function readerKind(input: Input): Kind {
  const known = readers.get(input);
  if (known !== undefined) return known;
  const reader: Kind = defineKind({ ...kind, name: 'reader', module: 'file:///reader.ts', inputs: { texts: input } });
  readers.set(input, reader);
  return reader;
}

/** The graph of two stages, and a reader whose one input is wired to them as a compiler might refuse. */
function readerOf(
  input: Input,
  wire: (a: Artifact, b: Artifact) => Wired | readonly Wired[] | undefined,
  before?: Graph,
): Graph {
  const builder = new GraphBuilder(before);
  const [a, b] = ['a', 'b'].map((name) => builder.add(name, kind, { params: {}, inputs: {} }).text);
  const wired = wire(a, b);
  builder.add('reader', readerKind(input), { params: {}, inputs: wired === undefined ? {} : { texts: wired } });
  return builder.graph;
}

const pair = { left: text, right: text };
const texts = many(text);

test('an input is refused what its kind does not declare, also where it was wired well before', () => {
  const mistakes: [Input, Wirings, string][] = [
    [text, () => undefined, "the input 'texts' of stage 'reader' is not wired"],
    [texts, (a) => a, "the input 'texts' of stage 'reader' is wired wrong: it takes a list"],
    [text, (a) => [a], 'it takes one element, and no list'],
    [texts, (a, b) => [a, b, a], 'is wired twice to the same artifact'],
    [pair, (a) => ({ left: a, right: a }), 'is wired twice to the same artifact'],
    [pair, (left) => ({ left }), "'right' of the input 'texts' of stage 'reader' is not wired"],
    [pair, (a) => a, 'it takes groups of left and right, and no artifact alone'],
    [text, (left, right) => ({ left, right }), 'it takes artifacts, and no groups'],
  ];
  for (const [input, wire, message] of mistakes) {
    expect(() => readerOf(input, wire), message).toThrow(message);
    const isMany = 'many' in input;
    const before = readerOf(input, (left, right) => (input === pair ? { left, right } : isMany ? [left, right] : left));
    expect(() => readerOf(input, wire, before), message).toThrow(message);
  }
});

test('a wire gives a value for each artifact, in the groups and the order in which they are wired', () => {
  const namesBy = (input: Input, wire: Wirings) => {
    const [found] = readerOf(input, wire).get('reader')?.wires ?? [];
    return found && [artifactsOf(found).map(({ name }) => name), mapWire(found, ({ name }) => name)];
  };
  expect(namesBy(text, (a) => a)).toEqual([['a#text'], 'a#text']);
  expect(namesBy(many(text), () => [])).toEqual([[], []]);
  expect(namesBy(many(text), (a) => [a])).toEqual([['a#text'], ['a#text']]);
  // What a group does not declare is left out.
  const group = (left: Artifact, right: Artifact) => ({ right: left, left: right, other: left });
  const wired = { left: 'b#text', right: 'a#text' };
  expect(namesBy(pair, group)).toEqual([['b#text', 'a#text'], wired]);
  expect(namesBy(many(pair), (a, b) => [group(a, b)])).toEqual([['b#text', 'a#text'], [wired]]);
});

test('a stage is the same while it is wired as it was, and another once it is not', () => {
  const wirings: [Input, Wirings][] = [
    [texts, (a, b) => [a, b]],
    [texts, (a, b) => [b, a]],
    [texts, (a) => [a]],
    [pair, (left, right) => ({ left, right })],
    [pair, (right, left) => ({ left, right })],
  ];
  for (const [input, wire] of wirings) {
    const before = readerOf(input, wire);
    for (const [, other] of wirings.filter(([otherInput]) => otherInput === input)) {
      const isSame = readerOf(input, other, before).get('reader') === before.get('reader');
      expect(isSame).toBe(other === wire);
    }
  }
});

test('a graph with what is upstream of targets has that alone, in its order', () => {
  const graph = new GraphBuilder();
  const reader = defineKind({ ...kind, name: 'reader', module: 'file:///reader.ts', inputs: { texts: many(text) } });
  const read = (name: string, texts: readonly Artifact<'text'>[]) =>
    graph.add(name, reader, { params: {}, inputs: { texts } }).text;
  const [a, b] = ['a', 'b'].map((name) => read(name, []));
  const c = read('c', [b]);
  const d = read('d', [c, a]);
  read('e', [d]);
  const names = (...targets: Artifact[]) => [
    ...withUpstream(
      graph.graph,
      targets.map(({ stage }) => stage),
    ).keys(),
  ];
  expect(names()).toEqual([]);
  expect(names(c)).toEqual(['b', 'c']);
  expect(names(d)).toEqual(['a', 'b', 'c', 'd']);
  expect(names(c, a)).toEqual(['a', 'b', 'c']);
});

test('a stage of provenance has modules, none if it asks for none, and is always made anew', () => {
  const graphOn = (before?: Graph) => {
    const builder = new GraphBuilder(before);
    builder.add('of', provenance, { params: {}, inputs: { of: [] } });
    builder.add('other', kind, { params: {}, inputs: {} });
    return builder.graph;
  };
  const before = graphOn();
  expect([...before.values()].map(({ modules }) => modules)).toEqual([[], undefined]);
  const after = graphOn(before);
  expect(after.get('other')).toBe(before.get('other'));
  expect(after.get('of')).not.toBe(before.get('of'));
});
