import * as v from 'valibot';
import { main } from '../../../cli/main.ts';
import collect from './stages/collect.ts';
import point from './stages/point.ts';
import publish from './stages/publish.ts';
import source from './stages/source.ts';

const params = { word: 'p', points: 3, spoilt: -1 };

const schema = v.strictObject({ word: v.string(), points: v.number(), spoilt: v.number() });

await main({
  module: import.meta.url,
  params,
  schema: () => schema,
  options: { controls: 'not used here' },
  build({ word, points, spoilt }, graph) {
    const { text: original } = graph.add('source', source, { params: { word }, inputs: {} });
    const made = Array.from(
      { length: points },
      (_, number) =>
        graph.add(`point/${number}`, point, { params: { number, spoilt: number === spoilt }, inputs: { original } })
          .text,
    );
    const { text: collection } = graph.add('collect', collect, { params: {}, inputs: { points: made } });
    graph.add('publish', publish, { params: {}, inputs: { collection }, publish: { figure: 'figures/figure.txt' } });
  },
});
