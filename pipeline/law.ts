import type { Artifact } from '../engine/graph.ts';
import type { GraphBuilder } from '../engine/graph-builder.ts';
import { timeOfKappa } from '../science/mean-field.ts';
import { exp } from '../science/special-functions.ts';
import { chartLaw, endState, meanField, syntheticData, trainDiffusion } from '../stages/kinds.ts';
import type { Basis } from './basis.ts';
import { addFigure, titled } from './figure.ts';

/** A training of the figure: where its data come from, and what it is called. */
interface Run {
  readonly name: string;
  readonly dataset: Artifact<'dataset'>;
  readonly n: number;
  readonly d: number;
  readonly m: number;
  readonly kappa: number;
  readonly seed: number;
}

/**
 * Figure A10: the stationary ratio beside the mean field.
 * @returns the tables of both: of its own runs, and those of Figure 1.
 */
export function law(graph: GraphBuilder, { params, drawing, synthetic }: Basis) {
  const { backend, law, sizes } = params;
  const { n, d, m, sigma, low, high, seeds } = params.synthetic;
  const { maxIterations, stationarity, others } = law;

  const train = ({ name, dataset, n, d, m, kappa, seed }: Run) => {
    const t = timeOfKappa(kappa, { n, d, sigma });
    const start = { sigma0: law.sigma0 * exp(-t / 3), seed };
    const descent = { step: law.step * exp((4 / 3) * t), maxIterations, stationarity };
    const trained = graph.add(`train-diffusion/law/${name}`, trainDiffusion, {
      params: { backend, m, t, recordsPerDecade: 1, ...start, ...descent },
      inputs: { dataset },
    });
    return graph.add(`end-state/law/${name}`, endState, { params: {}, inputs: { dataset, trained } }).table;
  };

  const isEnd = (nsnr2: number) => nsnr2 === low || nsnr2 === high;
  const shared = synthetic.filter(({ nsnr2 }) => law.nsnr2.includes(nsnr2) || isEnd(nsnr2));
  const sweeps = shared.flatMap(({ nsnr2, seed, dataset }) =>
    law.kappas.map((kappa) => {
      const name = `kappa=${kappa}/nsnr2=${nsnr2}/seed=${seed}`;
      return train({ name, dataset, n, d, m, kappa, seed });
    }),
  );
  const networks = shared
    .filter(({ nsnr2 }) => isEnd(nsnr2))
    .flatMap(({ nsnr2, seed, dataset }) =>
      others.m.flatMap((m) =>
        others.kappas.map((kappa) => {
          const name = `m=${m}/kappa=${kappa}/nsnr2=${nsnr2}/seed=${seed}`;
          return train({ name, dataset, n, d, m, kappa, seed });
        }),
      ),
    );
  const otherSizes = sizes.vary.flatMap((size) =>
    [low, high].flatMap((nsnr2) =>
      seeds.map((seed) => {
        const name = `n=${size.n}/d=${size.d}/nsnr2=${nsnr2}/seed=${seed}`;
        const { dataset } = graph.add(`synthetic-data/law/${name}`, syntheticData, {
          params: { ...size, nsnr2, sigma, seed, testSamples: sizes.testSamples },
          inputs: {},
        });
        return train({ ...size, name, dataset, m, kappa: others.kappa, seed });
      }),
    ),
  );

  // The runs of Figure 1 begin near the saddle W = 0, and some leave it with one neuron ahead of the others.
  const nearSaddle = synthetic
    .filter(({ nsnr2 }) => params.synthetic.nsnr2.includes(nsnr2) || isEnd(nsnr2))
    .map(({ nsnr2, seed, dataset, diffusion: trained }) => {
      const name = `end-state/synthetic/nsnr2=${nsnr2}/seed=${seed}`;
      return graph.add(name, endState, { params: {}, inputs: { dataset, trained } }).table;
    });

  const { table } = graph.add('mean-field/law', meanField, {
    params: { sigma },
    inputs: { trainings: [...sweeps, ...networks, ...otherSizes] },
    publish: { table: 'figures/mean-field.csv' },
  });
  const { table: nearSaddleTable } = graph.add('mean-field/synthetic', meanField, {
    params: { sigma },
    inputs: { trainings: nearSaddle },
    publish: { table: 'figures/mean-field-synthetic.csv' },
  });
  const { chart } = graph.add('chart/figure-a10-law', chartLaw, {
    params: { n, d, m, low, high },
    inputs: { trainings: [table, nearSaddleTable] },
  });
  addFigure(graph, 'figure-a10-law', {
    chart,
    drawing,
    figure: titled(params, 'Figure A10'),
    setting:
      `n = ${n}, d = ${d}, σ_ξ = ${sigma}, m = ${m} where no other is stated, σ_0 = ${law.sigma0} α^(1/3); t as κ says; step ` +
      `${law.step} α^(−4/3), to stationarity or ${maxIterations} iterations; the runs of Figure 1: t = ${params.t}, ` +
      `σ_0 = ${params.sigma0}, step ${params.synthetic.diffusion.step}, ${params.synthetic.diffusion.maxIterations} iterations; other n and d: ` +
      `${sizes.vary.map((size) => `${size.n} and ${size.d}`).join(', ')} at κ = ${others.kappa}`,
    stated:
      'that the ratio is of the order n·SNR² where the diffusion model is stationary; the figure is our extension',
    reconstructed: 'all sizes, steps and stopping; the mean field is derived here',
  });
  return { law: table, synthetic: nearSaddleTable };
}
