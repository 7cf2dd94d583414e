import { sort, union } from 'd3-array';
import type { GraphBuilder } from '../engine/graph-builder.ts';
import { chartCoordinate, convergence, endState, meanField, syntheticData } from '../stages/kinds.ts';
import type { Basis } from './basis.ts';
import { addFigure, titled } from './figure.ts';
import type { Params } from './schema.ts';
import { trainingsOf } from './trainings.ts';

/**
 * Figure A5: n and d varied, and t towards the theorem's regime.
 * @returns how the diffusion model ends at the low and the high n·SNR² where n and d are other, beside the mean field.
 */
export function sizes(graph: GraphBuilder, { params, drawing, synthetic }: Basis) {
  const { t, sizes } = params;
  const { low, high, n, d, sigma, m, seeds, classifier } = params.synthetic;
  const diffusion = { ...params.synthetic.diffusion, maxIterations: sizes.maxIterations };
  // The claims ask for exponents from the low to the high one.
  const settings = sort(union(sizes.nsnr2, [low, high]));
  // Only early and last records are looked at.
  const train = trainingsOf(graph, { ...params, recordsPerDecade: sizes.recordsPerDecade });
  const dataOf = (size: { n: number; d: number }, nsnr2: number, seed: number) => {
    const name = `n=${size.n}/d=${size.d}/nsnr2=${nsnr2}/seed=${seed}`;
    const { dataset } = graph.add(`synthetic-data/${name}`, syntheticData, {
      params: { n: size.n, d: size.d, nsnr2, sigma, seed, testSamples: sizes.testSamples },
      inputs: {},
    });
    return { name: `size/${name}`, dataset, seed };
  };
  const varied = sizes.vary.flatMap((size) => {
    // Gradients are as ‖ξ‖²/n, so with steps as n/d an iteration does as much at every size.
    const factor = (size.n / n) * (d / size.d);
    return settings.flatMap((nsnr2) =>
      seeds.map((seed) => {
        const data = dataOf(size, nsnr2, seed);
        return {
          ...size,
          nsnr2,
          data,
          diffusion: train.diffusion(data, { ...diffusion, step: diffusion.step * factor, m, t }),
          classifier: train.classifier(data, m, { ...classifier, step: classifier.step * factor }),
        };
      }),
    );
  });
  const towards = sizes.towards.flatMap((size) =>
    [low, high].flatMap((nsnr2) =>
      seeds.flatMap((seed) => {
        const data = dataOf(size, nsnr2, seed);
        return size.at.map(({ t, step }) => {
          const named = { ...data, name: `${data.name}/t=${t}` };
          return {
            n: size.n,
            d: size.d,
            t,
            nsnr2,
            data,
            diffusion: train.diffusion(named, { ...diffusion, step, m, t }),
          };
        });
      }),
    ),
  );
  const base = synthetic.filter(({ nsnr2 }) => settings.includes(nsnr2)).map((run) => ({ ...run, n, d }));
  const all = [...base, ...varied];
  const { table } = graph.add('convergence-size', convergence, {
    params: {},
    inputs: {
      trainings: [...all.flatMap((run) => [run.diffusion, run.classifier]), ...towards.map((run) => run.diffusion)],
      halfStep: [],
      tighter: [],
    },
    publish: { table: 'figures/convergence-size.csv' },
  });
  const { chart } = graph.add('chart/figure-a5-coordinate', chartCoordinate, {
    params: {
      base: { n, d, t },
      curves: [
        ...sizes.vary.map((size) => ({ ...size, t })),
        ...sizes.towards.flatMap(({ n, d, at }) => at.map(({ t }) => ({ n, d, t }))),
      ],
    },
    inputs: { trainings: table },
  });
  addFigure(graph, 'figure-a5-coordinate', {
    chart,
    drawing,
    figure: titled(params, 'Figure A5'),
    setting:
      `σ_ξ = ${sigma}, m = ${m}, σ_0 = ${params.sigma0}, t = ${t} where no other is stated; diffusion: to ` +
      `stationarity or ${diffusion.maxIterations} iterations (${params.synthetic.diffusion.maxIterations} at n = ` +
      `${n}, d = ${d}); classifier: ${classifier.maxIterations} iterations; steps ${diffusion.step} and ` +
      `${classifier.step} at n = ${n}, d = ${d}, and elsewhere as n/d${sizes.towards.map(stepsText).join('')}`,
    stated:
      'that the ratio is of the order n·SNR² where the diffusion model is stationary; the figure is our extension',
    reconstructed: 'all sizes, steps and stopping',
  });
  const ends = [...varied, ...towards.filter((run) => run.t === t)]
    .filter(({ nsnr2 }) => nsnr2 === low || nsnr2 === high)
    .map(
      ({ data: { name, dataset }, diffusion: trained }) =>
        graph.add(`end-state/${name}`, endState, { params: {}, inputs: { dataset, trained } }).table,
    );
  if (ends.length === 0) return [];
  return [graph.add('mean-field/size', meanField, { params: { sigma }, inputs: { trainings: ends } }).table];
}

/** The steps of trainings towards the theorem's regime, for a caption. */
function stepsText({ n, d, at }: Params['sizes']['towards'][number]): string {
  return at.map(({ t, step }) => `, ${step} at n = ${n}, d = ${d}, t = ${t}`).join('');
}
