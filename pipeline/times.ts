import type { GraphBuilder } from '../engine/graph-builder.ts';
import { chartTime, convergence } from '../stages/kinds.ts';
import type { Basis } from './basis.ts';
import { addFigure, EXTENSION, titled } from './figure.ts';

/** Figure A4: the time t. @returns its trainings, and some at the ends of the sweep. */
export function times(graph: GraphBuilder, { params, drawing, train, synthetic }: Basis) {
  const { low, high, n, d, sigma, m, diffusion } = params.synthetic;
  const at = (run: Basis['synthetic'][number], t: number) => {
    const name = `time/t=${t}/nsnr2=${run.nsnr2}/seed=${run.seed}`;
    return t === params.t ? run.diffusion : train.diffusion({ ...run, name }, { ...diffusion, m, t });
  };
  const runs = synthetic
    .filter(({ nsnr2 }) => nsnr2 === low || nsnr2 === high)
    .flatMap((run) => params.times.map((t) => at(run, t)));
  // The claims ask for the first and the last time at the ends of the sweep, too.
  const ends = [Math.min(...params.synthetic.nsnr2), Math.max(...params.synthetic.nsnr2)];
  const endTimes = [Math.min(...params.times), Math.max(...params.times)];
  const atEnds = synthetic
    .filter(({ nsnr2 }) => ends.includes(nsnr2) && nsnr2 !== low && nsnr2 !== high)
    .flatMap((run) => [...new Set(endTimes)].map((t) => at(run, t)));
  const { table } = graph.add('convergence-time', convergence, {
    params: {},
    inputs: { trainings: runs, halfStep: [], tighter: [] },
    publish: { table: 'figures/convergence-time.csv' },
  });
  const { chart } = graph.add('chart/figure-a4-time', chartTime, {
    params: { settings: [low, high] },
    inputs: { trainings: [table] },
  });
  addFigure(graph, 'figure-a4-time', {
    chart,
    drawing,
    figure: titled(params, 'Figure A4'),
    setting:
      `n = ${n}, d = ${d}, σ_ξ = ${sigma}, m = ${m}, σ_0 = ${params.sigma0}; step ${diffusion.step}, to ` +
      `stationarity or ${diffusion.maxIterations} iterations`,
    stated: EXTENSION,
    reconstructed: 'n, d, m, σ_0, steps and stopping',
  });
  return [...runs, ...atEnds];
}
