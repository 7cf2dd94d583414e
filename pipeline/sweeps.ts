import { sort, union } from 'd3-array';
import type { Artifact } from '../engine/graph.ts';
import type { GraphBuilder } from '../engine/graph-builder.ts';
import {
  classAlignments,
  convergence,
  endState,
  figureClasses,
  figureCoordinate,
  figureDynamics,
  figureTime,
  meanField,
  noisyMnist,
  syntheticData,
  trainDiffusion,
  trainSoftmaxClassifier,
} from '../stages/kinds.ts';
import type { Drawing } from './drawing.ts';
import { type Mnist, noisyMnistFigures, noisyMnistRuns } from './noisy-mnist.ts';
import { published, titled } from './published.ts';
import type { Params } from './schema.ts';
import { type Trained, type Trainings, trainingsOf } from './trainings.ts';

/** What the appendix builds on: the trainings on the synthetic data that the paper's own figures have. */
export interface Basis {
  readonly params: Params;
  readonly drawing: Drawing;
  readonly mnist: Mnist;
  readonly train: Trainings;
  readonly synthetic: readonly {
    readonly nsnr2: number;
    readonly seed: number;
    readonly dataset: Artifact<'dataset'>;
    readonly diffusion: Trained;
    readonly classifier: Trained;
  }[];
}

const EXTENSION = 'none of it, this figure is our extension';

/** Figure A1: Figure 2 at more values of n·SNR². */
export function moreSnr(graph: GraphBuilder, { params, drawing, synthetic }: Basis, setting: string): void {
  const runs = synthetic.filter(({ nsnr2 }) => params.moreSnr.includes(nsnr2));
  graph.add('figure-a1-snr', figureDynamics, {
    params: {
      figure: titled(params, 'Figure A1'),
      settings: params.moreSnr,
      early: false,
      setting,
      stated: 'that its appendix has more values of n·SNR²',
      reconstructed: 'which values; n, d, m, t, σ_0, steps and stopping',
    },
    inputs: { alignments: runs.flatMap((run) => [run.diffusion.alignments, run.classifier.alignments]), drawing },
    publish: published('figure-a1-snr'),
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
        reconstructed: 'all sizes, steps and iterations, which end before the diffusion model is stationary',
      },
    },
  );
  return runs;
}

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
  graph.add('figure-a4-time', figureTime, {
    params: {
      figure: titled(params, 'Figure A4'),
      settings: [low, high],
      setting:
        `n = ${n}, d = ${d}, σ_ξ = ${sigma}, m = ${m}, σ_0 = ${params.sigma0}; step ${diffusion.step}, to stationarity or ` +
        `${diffusion.maxIterations} iterations`,
      stated: EXTENSION,
      reconstructed: 'n, d, m, σ_0, steps and stopping',
    },
    inputs: { trainings: [table], drawing },
    publish: published('figure-a4-time'),
  });
  return [...runs, ...atEnds];
}

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
  graph.add('figure-a5-coordinate', figureCoordinate, {
    params: {
      figure: titled(params, 'Figure A5'),
      base: { n, d, t },
      curves: [
        ...sizes.vary.map((size) => ({ ...size, t })),
        ...sizes.towards.flatMap(({ n, d, at }) => at.map(({ t }) => ({ n, d, t }))),
      ],
      setting:
        `σ_ξ = ${sigma}, m = ${m}, σ_0 = ${params.sigma0}, t = ${t} where no other is stated; diffusion: to stationarity or ` +
        `${diffusion.maxIterations} iterations (${params.synthetic.diffusion.maxIterations} at n = ${n}, d = ${d}); classifier: ` +
        `${classifier.maxIterations} iterations; steps ${diffusion.step} and ${classifier.step} at n = ${n}, d = ${d}, and ` +
        `elsewhere as n/d${sizes.towards.map(stepsText).join('')}`,
      stated:
        'that the ratio is of the order n·SNR² where the diffusion model is stationary; the figure is our extension',
      reconstructed: 'all sizes, steps and stopping',
    },
    inputs: { trainings: table, drawing },
    publish: published('figure-a5-coordinate'),
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

/** Figures A7a and A7b: ten digits at a low and a high SNR~, the classifier with a softmax. @returns the tables of each. */
export function tenDigits(graph: GraphBuilder, { params, drawing, mnist }: Basis) {
  const { t, backend, sigma0, stationarity } = params;
  const { low, high, seeds, digits, perDigit, testPerDigit, recordsPerDecade, diffusion, classifier } =
    params.tenDigits;
  const figureAt = (figure: string, folder: string, { snr, maxIterations }: typeof low) => {
    const runs = seeds.flatMap((seed) => {
      const name = `${folder}/seed=${seed}`;
      const { dataset } = graph.add(`noisy-mnist-${name}`, noisyMnist, {
        params: { snr, digits, perDigit, testPerDigit, seed },
        inputs: mnist,
      });
      const inputs = { dataset };
      const shared = { backend, sigma0, recordsPerDecade, seed };
      const trainedDiffusion = graph.add(`train-diffusion/${name}`, trainDiffusion, {
        params: { ...shared, ...diffusion, maxIterations, t, stationarity },
        inputs,
      });
      const trainedClassifier = graph.add(`train-softmax-classifier/${name}`, trainSoftmaxClassifier, {
        params: { ...shared, ...classifier },
        inputs,
      });
      return Object.entries({ diffusion: trainedDiffusion, classifier: trainedClassifier }).map(([model, trained]) =>
        graph.add(`class-alignments/${model}/${name}`, classAlignments, {
          params: {},
          inputs: { dataset, trained },
        }),
      );
    });
    const tables = runs.map((run) => run.table);
    graph.add(`figure-a7-${folder}`, figureClasses, {
      params: {
        figure: titled(params, figure),
        setting:
          `n = ${digits.length * perDigit}, ${perDigit} of each digit, t = ${t}, σ_0 = ${sigma0}; diffusion: m = ${diffusion.m}, step ` +
          `${diffusion.step}, ${maxIterations} iterations, which end before it is stationary; classifier: F_j of ` +
          `m = ${classifier.m} neurons for each class j, softmax loss, step ${classifier.step}, ` +
          `${classifier.maxIterations} iterations`,
        stated: EXTENSION,
        reconstructed: 'all of the setting',
      },
      inputs: { alignments: tables, drawing },
      publish: published(`figure-a7-${folder}`),
    });
    return tables;
  };
  return {
    low: figureAt('Figure A7a', 'ten-digits', low),
    high: figureAt('Figure A7b', 'ten-digits-high', high),
  };
}

/** The steps of trainings towards the theorem's regime, for a caption. */
function stepsText({ n, d, at }: Params['sizes']['towards'][number]): string {
  return at.map(({ t, step }) => `, ${step} at n = ${n}, d = ${d}, t = ${t}`).join('');
}
