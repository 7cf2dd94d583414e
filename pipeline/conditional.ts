import type { GraphBuilder } from '../engine/graph-builder.ts';
import { CONDITIONS } from '../stages/formats/conditional.ts';
import { chartConditional, trainConditional } from '../stages/kinds.ts';
import type { Basis } from './basis.ts';
import { addFigure, POINTED_TO, titled } from './figure.ts';
import { settingOf } from './synthetic.ts';

/** Figure A13: the diffusion model is told the class. @returns the tables. */
export function conditional(graph: GraphBuilder, { params, drawing }: Basis) {
  const { t, backend, sigma0, recordsPerDecade, stationarity, synthetic } = params;
  const { n, d, sigma, m, seeds } = synthetic;
  const { nsnr2: sweep, step, maxIterations } = params.conditional;
  const shared = {
    ...{ backend, sigma0, recordsPerDecade, stationarity },
    ...{ n, d, sigma, m, t, step, maxIterations },
  };
  const tables = CONDITIONS.flatMap((condition) =>
    sweep.flatMap((nsnr2) =>
      seeds.map((seed) => {
        const name = `train-conditional/${condition.replace(' ', '-')}/nsnr2=${nsnr2}/seed=${seed}`;
        return graph.add(name, trainConditional, { params: { ...shared, condition, nsnr2, seed }, inputs: {} }).table;
      }),
    ),
  );
  const { chart } = graph.add('chart/figure-a13-conditional', chartConditional, {
    params: {},
    inputs: { trainings: tables },
  });
  addFigure(graph, 'figure-a13-conditional', {
    chart,
    drawing,
    figure: titled(params, 'Figure A13'),
    setting: `${settingOf(params)}; step ${step}, to stationarity or ${maxIterations} iterations`,
    ...POINTED_TO,
  });
  return tables;
}
