import * as v from 'valibot';
import { defineFormat } from '../../engine/format.ts';
import { GraphBuilder } from '../../engine/graph-builder.ts';
import { defineKind, many } from '../../engine/kind.ts';

/** Every line after an @ts-expect-error is a mistake that the compiler must refuse. */

const curve = defineFormat({
  name: 'curve',
  extension: 'csv',
  encode: (values: readonly number[]) => new Uint8Array(values.length),
  decode: (bytes): readonly number[] => [...bytes],
});
const image = defineFormat({
  name: 'image',
  extension: 'png',
  encode: (bytes: Uint8Array) => bytes,
  decode: (bytes) => bytes,
});
const module = import.meta.url;

const train = defineKind({
  name: 'train',
  module,
  params: v.strictObject({ steps: v.number(), optimizer: v.picklist(['sgd', 'adam']) }),
  inputs: {},
  outputs: { losses: curve, preview: image },
  run(context) {
    const { params } = context;
    // @ts-expect-error: no such param
    params.step;
    // @ts-expect-error: only a source has options
    context.options;
    return { losses: [params.steps], preview: new Uint8Array() };
  },
});

defineKind({
  name: 'incomplete',
  module,
  params: v.strictObject({}),
  inputs: {},
  outputs: { losses: curve, preview: image },
  // @ts-expect-error: an output is missing
  run: () => ({ losses: [] }),
});

defineKind({
  name: 'mistyped',
  module,
  params: v.strictObject({}),
  inputs: {},
  outputs: { losses: curve },
  // @ts-expect-error: an output of another type than its format has
  run: () => ({ losses: ['high'] }),
});

const draw = defineKind({
  name: 'draw',
  module,
  params: v.strictObject({}),
  inputs: {
    losses: curve,
    others: many(curve),
    trained: { losses: curve, preview: image },
    all: many({ preview: image }),
  },
  outputs: { figure: image },
  run({ inputs }) {
    // @ts-expect-error: many inputs have many values
    inputs.others.toFixed();
    // @ts-expect-error: a group has no such member
    inputs.trained.figure;
    // @ts-expect-error: the members of a group have their own types
    inputs.all[0]?.preview.toFixed();
    return { figure: inputs.trained.preview };
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
const trained = { losses, preview };
const all = [{ preview }];
const rest = { trained, all };

graph.add('draw', draw, { params: {}, inputs: { losses, others, ...rest } });
// @ts-expect-error: an artifact of another format
graph.add('draw/1', draw, { params: {}, inputs: { losses: preview, others, ...rest } });
// @ts-expect-error: an artifact of another format among many
graph.add('draw/2', draw, { params: {}, inputs: { losses, others: [losses, preview], ...rest } });
// @ts-expect-error: one artifact where many are taken
graph.add('draw/3', draw, { params: {}, inputs: { losses, others: losses, ...rest } });
// @ts-expect-error: many artifacts where one is taken
graph.add('draw/4', draw, { params: {}, inputs: { losses: [losses], others, ...rest } });
// @ts-expect-error: a missing input
graph.add('draw/5', draw, { params: {}, inputs: { others, ...rest } });
// @ts-expect-error: an input that there is not
graph.add('draw/6', draw, { params: {}, inputs: { losses, others, ...rest, lossses: losses } });
// @ts-expect-error: a missing member of a group
graph.add('draw/7', draw, { params: {}, inputs: { losses, others, trained: { losses }, all } });
// @ts-expect-error: a member of a wrong format
graph.add('draw/8', draw, { params: {}, inputs: { losses, others, trained, all: [{ preview: losses }] } });
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
