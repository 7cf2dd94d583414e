import * as v from 'valibot';
import { main } from '../../cli/main.ts';
import { addStages } from './graph.ts';

await main({
  module: import.meta.url,
  params: { source: 0, leaf: 1, columns: 100 },
  schema: () => v.strictObject({ source: v.number(), leaf: v.number(), columns: v.number() }),
  options: {},
  build: ({ columns, ...terms }, graph) => addStages(graph, terms, columns),
});
