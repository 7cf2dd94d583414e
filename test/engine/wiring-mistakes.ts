import * as v from 'valibot';
import { GraphBuilder } from '../../engine/graph.ts';
import { artifactType, defineKind, many } from '../../engine/kind.ts';

/** Every line after an @ts-expect-error is a mistake that the compiler must refuse. */

const curve = artifactType('curve', 'csv');
const image = artifactType('image', 'png');
const module = import.meta.url;

const train = defineKind({
  name: 'train',
  module,
  params: v.strictObject({ steps: v.number(), optimizer: v.picklist(['sgd', 'adam']) }),
  inputs: {},
  outputs: { losses: curve, preview: image },
  async run({ params, outputs }) {
    // @ts-expect-error: no such param
    params.step;
    // @ts-expect-error: no such output
    outputs.loss;
  },
});

const draw = defineKind({
  name: 'draw',
  module,
  params: v.strictObject({}),
  inputs: { losses: curve, others: many(curve) },
  outputs: { figure: image },
  async run({ inputs }) {
    // @ts-expect-error: many inputs have many paths
    inputs.others.charAt(0);
  },
});

const graph = new GraphBuilder();
const params = { steps: 10, optimizer: 'sgd' } as const;
const { losses, preview } = graph.add('train', train, {
  params,
  inputs: {},
  publish: { preview: 'figures/preview.png' },
});
const others = [losses];

graph.add('draw', draw, { params: {}, inputs: { losses, others } });
// @ts-expect-error: a wrong type of artifact
graph.add('draw/1', draw, { params: {}, inputs: { losses: preview, others } });
// @ts-expect-error: a wrong type of artifact among many
graph.add('draw/2', draw, { params: {}, inputs: { losses, others: [losses, preview] } });
// @ts-expect-error: one artifact where many are taken
graph.add('draw/3', draw, { params: {}, inputs: { losses, others: losses } });
// @ts-expect-error: many artifacts where one is taken
graph.add('draw/4', draw, { params: {}, inputs: { losses: [losses], others } });
// @ts-expect-error: a missing input
graph.add('draw/5', draw, { params: {}, inputs: { others } });
// @ts-expect-error: an input that there is not
graph.add('draw/6', draw, { params: {}, inputs: { losses, others, lossses: losses } });
// @ts-expect-error: a misspelt param
graph.add('train/1', train, { params: { step: 10, optimizer: 'sgd' }, inputs: {} });
// @ts-expect-error: one param too many
graph.add('train/2', train, { params: { ...params, stepps: 1, steps: 10, speed: 1 }, inputs: {} });
// @ts-expect-error: a missing param
graph.add('train/3', train, { params: { steps: 10 }, inputs: {} });
// @ts-expect-error: a param of the wrong type
graph.add('train/4', train, { params: { steps: '10', optimizer: 'sgd' }, inputs: {} });
// @ts-expect-error: a param with none of the allowed values
graph.add('train/5', train, { params: { steps: 10, optimizer: 'sdg' }, inputs: {} });
// @ts-expect-error: an output that there is not
graph.add('train/6', train, { params, inputs: {}, publish: { previw: 'figures/preview.png' } });
// @ts-expect-error: an output that there is not
graph.add('train/7', train, { params, inputs: {} }).loss;
