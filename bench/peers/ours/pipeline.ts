import * as v from 'valibot';
import { main } from '../../../cli/main.ts';
import type { Artifact } from '../../../engine/graph.ts';
import sum from '../../large/sum.ts';
import shape from './shape.json' with { type: 'json' };

/** A graph of small stages in the shape of a file, which the benchmark writes. The term of the last stage is a param. */
await main({
  module: import.meta.url,
  params: { leafTerm: 0 },
  schema: () => v.strictObject({ leafTerm: v.number() }),
  options: {},
  build: ({ leafTerm }, graph) => {
    const made: Artifact<'number'>[] = [];
    for (const [i, { name, inputs }] of shape.entries()) {
      const term = i === shape.length - 1 ? leafTerm : i;
      const numbers = inputs.map((input: number) => made[input]);
      made.push(graph.add(name, sum, { params: { term }, inputs: { numbers } }).sum);
    }
  },
});
