import type { GraphBuilder } from '../engine/graph-builder.ts';
import { chartDynamics } from '../stages/kinds.ts';
import type { Basis } from './basis.ts';
import { addFigure, titled } from './figure.ts';
import { noisyMnistFigures, noisyMnistRuns } from './noisy-mnist.ts';
import { trainingSettingOf } from './synthetic.ts';
import { alignmentsOfBoth } from './trainings.ts';

/** Figure A1: Figure 2 at more values of n·SNR². */
export function moreSnr(graph: GraphBuilder, { params, drawing, synthetic }: Basis): void {
  const runs = synthetic.filter(({ nsnr2 }) => params.moreSnr.includes(nsnr2));
  const { chart } = graph.add('chart/figure-a1-snr', chartDynamics, {
    params: { settings: params.moreSnr, early: false },
    inputs: { alignments: alignmentsOfBoth(runs) },
  });
  addFigure(graph, 'figure-a1-snr', {
    chart,
    drawing,
    figure: titled(params, 'Figure A1'),
    setting: trainingSettingOf(params),
    stated: 'that its appendix has more values of n·SNR²',
    reconstructed: 'which values; n, d, m, t, σ_0, steps and stopping',
  });
}

/** Figures A2 and A3: Figures 3 and 4 at a high SNR~. @returns the trainings. */
export function highSnr(graph: GraphBuilder, { params, drawing, mnist, train }: Basis) {
  const { t } = params;
  const images = { ...params.noisyMnist, ...params.noisyMnistHigh };
  const runs = noisyMnistRuns(graph, train, mnist, { name: 'noisy-mnist-high', images, t });
  const stated = 'none of it, the reviewers of the paper name such a twin';
  noisyMnistFigures(
    graph,
    runs,
    { images, t, sigma0: params.sigma0, drawing },
    {
      grid: {
        name: 'figure-a2-noisy-mnist-high',
        figure: titled(params, 'Figure A2'),
        stated: `${stated} of Figure 3`,
        reconstructed: 'all sizes, steps and iterations',
      },
      curves: {
        name: 'figure-a3-noisy-mnist-high',
        figure: titled(params, 'Figure A3'),
        stated: `${stated} of Figure 4`,
        reconstructed: 'all sizes, steps and iterations',
      },
    },
  );
  return runs;
}
