import * as v from 'valibot';
import { expect, test } from 'vitest';
import { defineFormat } from '../../engine/format.ts';
import { GraphBuilder } from '../../engine/graph.ts';
import { defineKind } from '../../engine/kind.ts';

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
