import { sort, union } from 'd3-array';
import type { GraphBuilder } from '../engine/graph-builder.ts';
import { curvature, syntheticData } from '../stages/kinds.ts';
import type { Params } from './schema.ts';
import { type Data, type Trainings, trainingsOf } from './trainings.ts';

/** The sizes of the synthetic data and of the models on it, for a caption. */
export function settingOf({ synthetic: { n, d, sigma, m }, t, sigma0 }: Params): string {
  return `n = ${n}, d = ${d}, σ_ξ = ${sigma}, m = ${m}, t = ${t}, σ_0 = ${sigma0}`;
}

/** The same, and how both models are trained. */
export function trainingSettingOf(params: Params): string {
  const { diffusion, classifier } = params.synthetic;
  return (
    `${settingOf(params)}; diffusion: step ${diffusion.step}, to stationarity or ${diffusion.maxIterations} ` +
    `iterations; classifier: step ${classifier.step}, ${classifier.maxIterations} iterations`
  );
}

/** The synthetic data at every n·SNR² that a figure shows, and on each a training of both models for each seed. */
export function syntheticRuns(graph: GraphBuilder, params: Params, train: Trainings) {
  const { t, synthetic, tighter, otherStart } = params;
  const { nsnr2: sweep, low, high, n, d, sigma, testSamples, m } = synthetic;
  const exact = trainingsOf(graph, { ...params, backend: 'portable-float64', stationarity: tighter });
  const elsewhere = trainingsOf(graph, { ...params, sigma0: otherStart.sigma0 });
  // In an order of their own, so that no figure changes by where a value is listed.
  const settings = sort(union(sweep, [low, high], params.moreSnr, params.law.nsnr2));
  return settings.flatMap((nsnr2) =>
    synthetic.seeds.map((seed, index) => {
      const name = `nsnr2=${nsnr2}/seed=${seed}`;
      const { dataset } = graph.add(`synthetic-data/${name}`, syntheticData, {
        params: { nsnr2, n, d, sigma, seed, testSamples },
        inputs: {},
      });
      const data: Data = { name: `synthetic/${name}`, dataset, seed };
      const { step, maxIterations } = synthetic.diffusion;
      const descent = { step, maxIterations, m, t };
      const diffusion = train.diffusion(data, descent);
      const isEnd = nsnr2 === low || nsnr2 === high;
      const curvatureOf = () =>
        graph.add(`curvature/${name}`, curvature, { params: {}, inputs: { dataset, trained: diffusion } });
      return {
        nsnr2,
        seed,
        dataset,
        diffusion,
        classifier: train.classifier(data, m, synthetic.classifier),
        // One seed shows whether the step matters.
        halfStep:
          index === 0
            ? [train.diffusion(data, { ...descent, step: step / 2, maxIterations: 2 * maxIterations }, '-half-step')]
            : [],
        tighter: isEnd ? [exact.diffusion(data, descent, '-tighter')] : [],
        curvature: isEnd ? [curvatureOf().table] : [],
        otherStart: sweep.includes(nsnr2)
          ? [elsewhere.classifier(data, m, synthetic.classifier, '-other-start').alignments]
          : [],
      };
    }),
  );
}
