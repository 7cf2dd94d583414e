import { sort, union } from 'd3-array';
import type { GraphBuilder } from '../engine/graph-builder.ts';
import { chartLatent, trainLatent } from '../stages/kinds.ts';
import type { Basis } from './basis.ts';
import { addFigure, POINTED_TO, titled } from './figure.ts';
import { settingOf } from './synthetic.ts';

/** Figure A14: the diffusion model on principal components. @returns the tables. */
export function latent(graph: GraphBuilder, { params, drawing }: Basis) {
  const { t, backend, sigma0, stationarity, synthetic } = params;
  const { n, d, sigma, m, low, high, seeds } = synthetic;
  const { dimensions, nsnr2: sweep, step, maxIterations } = params.latent;
  // Only last records are looked at.
  const shared = { backend, sigma0, recordsPerDecade: 1, ...{ n, d, sigma, m, t }, step, maxIterations, stationarity };
  // The claims are about the low and the high one.
  const settings = sort(union(sweep, [low, high]));
  const tables = dimensions.flatMap((k) =>
    settings.flatMap((nsnr2) =>
      seeds.map((seed) => {
        const name = `train-latent/k=${k}/nsnr2=${nsnr2}/seed=${seed}`;
        return graph.add(name, trainLatent, { params: { ...shared, k, nsnr2, seed }, inputs: {} }).table;
      }),
    ),
  );
  const { chart } = graph.add('chart/figure-a14-latent', chartLatent, { params: {}, inputs: { trainings: tables } });
  addFigure(graph, 'figure-a14-latent', {
    chart,
    drawing,
    figure: titled(params, 'Figure A14'),
    setting: `${settingOf(params)}; step ${step}, to stationarity or ${maxIterations} iterations`,
    ...POINTED_TO,
  });
  return tables;
}
