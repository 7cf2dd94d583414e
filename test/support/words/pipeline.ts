import * as v from 'valibot';
import { main } from '../../../cli/main.ts';
import collect from './stages/collect.ts';
import publish from './stages/publish.ts';
import source from './stages/source.ts';
import transform from './stages/transform.ts';

const params = {
  word: 'hello',
  settings: { a: { snr: 0.1 }, b: { snr: 0.3 }, c: { snr: 0.5 } },
  separator: '-',
};

const schema = v.strictObject({
  word: v.string(),
  settings: v.record(v.string(), v.strictObject({ snr: v.pipe(v.number(), v.minValue(0), v.maxValue(1)) })),
  separator: v.string(),
});

await main({
  module: import.meta.url,
  params,
  schema: () => schema,
  options: { controls: 'the folder by which a test watches and troubles the stages' },
  build({ word, settings, separator }, graph) {
    const { text: original } = graph.add('source', source, { params: { word }, inputs: {} });
    const variants = Object.entries(settings).map(
      ([name, { snr }]) =>
        graph.add(`transform/${name}`, transform, { params: { name, snr }, inputs: { original } }).text,
    );
    const { text: collection } = graph.add('collect', collect, { params: { separator }, inputs: { variants } });
    graph.add('publish', publish, { params: {}, inputs: { collection }, publish: { figure: 'figures/figure.txt' } });
  },
});
