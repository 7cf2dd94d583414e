import { expect, test } from 'vitest';
import { GraphBuilder } from '../../engine/graph-builder.ts';
import { expectedSeconds, ranksOf } from '../../engine/ranks.ts';
import collect from '../support/words/stages/collect.ts';
import source from '../support/words/stages/source.ts';
import transform from '../support/words/stages/transform.ts';

test('a stage ranks by its own time, recorded or of its kind, and the longest way to the end after it', () => {
  const builder = new GraphBuilder();
  const { text: original } = builder.add('source', source, { params: { word: 'hello' }, inputs: {} });
  const variants = ['a', 'b', 'c'].map(
    (name) => builder.add(`transform/${name}`, transform, { params: { name, snr: 0 }, inputs: { original } }).text,
  );
  builder.add('collect', collect, { params: { separator: '' }, inputs: { variants: variants.slice(0, 2) } });
  const seconds: Record<string, number> = { 'transform/a': 2, 'transform/b': 4 };
  const result = { entry: 'result', place: '', recipe: '', params: {}, inputs: {}, code: '', outputs: {} } as const;
  const made = { ...result, kind: 'transform', finished: '', machine: '' };
  // Nobody here knows how long what was fetched took.
  const fetched = { ...made, stage: 'transform/c' };
  const results = [...Object.entries(seconds).map(([stage, taken]) => ({ ...made, stage, seconds: taken })), fetched];
  const ledger = {
    results: () => results,
    lastResult: (stage: string) => results.find((made) => made.stage === stage),
  };
  const ranks = ranksOf(builder.graph, expectedSeconds(builder.graph, ledger, ''));
  expect([...ranks].map(([stage, rank]) => [stage.name, rank]).sort()).toEqual([
    ['collect', 1],
    ['source', 6],
    ['transform/a', 3],
    ['transform/b', 5],
    ['transform/c', 3],
  ]);
});
