import * as v from 'valibot';
import { main } from './cli/main.ts';
import data from './stages/data.ts';
import figure from './stages/figure.ts';
import measure from './stages/measure.ts';
import train from './stages/train.ts';

await main({
  module: import.meta.url,
  params: { sizes: [10, 30, 100, 300, 1000], passes: 200 },
  schema: () => v.strictObject({ sizes: v.array(v.number()), passes: v.number() }),
  build({ sizes, passes }, graph) {
    const errors = sizes.map((n) => {
      const { points } = graph.add(`data/n=${n}`, data, { params: { n }, inputs: {} });
      const { estimate } = graph.add(`train/n=${n}`, train, { params: { passes }, inputs: { points } });
      return graph.add(`measure/n=${n}`, measure, { params: { n }, inputs: { estimate } }).error;
    });
    graph.add('figure', figure, { params: {}, inputs: { errors }, publish: { svg: 'figures/error.svg' } });
  },
});
