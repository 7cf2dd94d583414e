import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../engine/graph-builder.ts';
import { graphOf } from '../engine/pipeline-graph.ts';
import { schema } from '../pipeline/schema.ts';
import { alignmentTable } from '../stages/formats/alignments.ts';
import { latentTable } from '../stages/formats/latent.ts';
import { importPipeline } from './support/pipeline.ts';

const pipeline = await importPipeline();
const { params } = pipeline;

it('sweeps whose ends the claims compare include any low and high n·SNR²', async () => {
  const graph = new GraphBuilder();
  const ends = { low: 1.6, high: 7 };
  await pipeline.build(v.parse(schema, { ...params, synthetic: { ...params.synthetic, ...ends } }), graph);
  const names = graph.artifactsOf(latentTable).map(({ stage }) => stage.name);
  const sizes = graph.artifactsOf(alignmentTable).map(({ stage }) => stage.name);
  for (const nsnr2 of Object.values(ends)) {
    expect(names).toContain(`train-latent/k=2/nsnr2=${nsnr2}/seed=1`);
    expect(sizes).toContain(`alignments/diffusion/size/n=10/d=1000/nsnr2=${nsnr2}/seed=1`);
  }
});

it('the caption of figure A11 names the values of n·SNR² that its claims look at, of a sweep beyond those', async () => {
  const robustness = { ...params.robustness, nsnr2: [0.05, 3, 30, 0.1] };
  const stage = (await graphOf(pipeline, { ...params, robustness })).get('figure-a11-robustness');
  expect(stage?.params.setting).toContain('balance at n·SNR² = 0.1 and 30, the transition among 0.1, 3, 30;');
});

describe('params that make no sense are refused by their path', () => {
  const { synthetic, variants, latent } = params;
  it.each([
    [
      'a low n·SNR² that is the high one',
      { synthetic: { ...synthetic, low: 6.75 } },
      'synthetic: low must be below high',
    ],
    ['a low n·SNR² above the high one', { variants: { ...variants, low: 9 } }, 'variants: low must be below high'],
    ['a seed that is listed twice', { synthetic: { ...synthetic, seeds: [1, 2, 1] } }, 'synthetic.seeds: must be diff'],
    ['a time that is listed twice', { times: [0.2, 0.2] }, 'times: must be different values'],
    ['a dimension that is listed twice', { latent: { ...latent, dimensions: [2, 2] } }, 'latent.dimensions: must be'],
  ])('%s', async (_, change, message) => {
    await expect(graphOf(pipeline, { ...params, ...change })).rejects.toThrow(message);
  });
});
