import * as v from 'valibot';
import { main } from '../../cli/main.ts';
import { addStages } from './graph.ts';

await main({
  module: import.meta.url,
  params: { leafTerm: 1 },
  schema: () => v.strictObject({ leafTerm: v.number() }),
  options: {},
  build: ({ leafTerm }, graph) => addStages(graph, leafTerm),
});
