import type { GraphBuilder } from '../engine/graph-builder.ts';
import { chartSampling, chartVariants, syntheticData, trainVariant } from '../stages/kinds.ts';
import type { Drawing } from './drawing.ts';
import { addFigure, EXTENSION, titled } from './figure.ts';
import type { Params } from './schema.ts';

/**
 * Appendix A6, A8 and A9, our extensions: other ways to train, networks and objectives, all on the same small data.
 * @returns the tables of all.
 */
export function variants(graph: GraphBuilder, params: Params, drawing: Drawing) {
  const { t, backend, recordsPerDecade, variants: choices } = params;
  const { low, high, n, d, sigma, m, batch, schedule, decoderVariance, wide } = choices;

  const drawn = { draws: 1, batch: n };
  const base = { architecture: 'quadratic', times: [t], sampling: drawn, m } as const;
  const diffusion = { ...base, ...choices.noisePredictor, objective: 'diffusion' } as const;
  const autoencoder = { ...base, ...choices.autoencoder, sampling: null };
  const wideAutoencoder = { ...autoencoder, ...wide.autoencoder, m: wide.m };
  const classifier = { ...base, ...choices.classifier, objective: 'classification', times: [] } as const;
  const trainings = {
    'diffusion/exact': { ...diffusion, sampling: null },
    'diffusion/draws=1': diffusion,
    'diffusion/draws=5': { ...diffusion, sampling: { draws: 5, batch: n } },
    'diffusion/mini-batches': { ...diffusion, sampling: { draws: 1, batch } },
    'diffusion/schedule-exact': { ...diffusion, times: schedule, sampling: null },
    'diffusion/schedule-drawn': { ...diffusion, times: schedule },
    'diffusion/relu': { ...diffusion, architecture: 'relu' },
    'diffusion/cubic': { ...diffusion, architecture: 'cubic', ...choices.cubic },
    'diffusion/untied': { ...diffusion, architecture: 'untied', ...choices.untied },
    'diffusion/deep': { ...diffusion, architecture: 'deep', ...choices.deep },
    'flow-matching/narrow': { ...autoencoder, objective: 'flow-matching' },
    'denoising-autoencoder/narrow': { ...autoencoder, objective: 'denoising-autoencoder' },
    'autoencoder/narrow': { ...autoencoder, objective: 'autoencoder' },
    'variational-autoencoder/narrow': { ...autoencoder, objective: 'variational-autoencoder' },
    'diffusion/wide': { ...diffusion, ...wide.noisePredictor, m: wide.m, sampling: null },
    'flow-matching/wide': { ...wideAutoencoder, objective: 'flow-matching' },
    'denoising-autoencoder/wide': { ...wideAutoencoder, objective: 'denoising-autoencoder' },
    'autoencoder/wide': { ...wideAutoencoder, objective: 'autoencoder' },
    'variational-autoencoder/wide': { ...wideAutoencoder, objective: 'variational-autoencoder' },
    'classifier/clean': classifier,
    'classifier/noised': { ...classifier, times: [t] },
    'classifier/relu': { ...classifier, architecture: 'relu' },
    'classifier/cubic': { ...classifier, architecture: 'cubic' },
    'classifier/untied': { ...classifier, architecture: 'untied' },
    'classifier/deep': { ...classifier, architecture: 'deep' },
  } as const;
  type Variant = keyof typeof trainings;

  const datasetsAt = (nsnr2: number) =>
    choices.seeds.map((seed) => {
      const name = `nsnr2=${nsnr2}/seed=${seed}`;
      const size = { n, d, sigma, testSamples: 1 };
      const { dataset } = graph.add(`synthetic-data/small/${name}`, syntheticData, {
        params: { nsnr2, ...size, seed },
        inputs: {},
      });
      return { name, dataset, seed };
    });
  const datasets = [low, high].flatMap(datasetsAt);
  const endDatasets = choices.ends.filter((nsnr2) => nsnr2 !== low && nsnr2 !== high).flatMap(datasetsAt);
  const train = (
    variant: string,
    training: (typeof trainings)[Variant],
    { name, dataset, seed }: (typeof datasets)[number],
  ) => {
    const { table } = graph.add(`train-variant/${variant}/${name}`, trainVariant, {
      params: {
        variant,
        ...training,
        times: [...training.times],
        backend,
        decoderVariance: training.objective === 'variational-autoencoder' ? decoderVariance : null,
        recordsPerDecade,
        seed,
      },
      inputs: { dataset },
    });
    return table;
  };
  const tables = new Map(
    Object.entries(trainings).map(([variant, training]) => [
      variant,
      datasets.map((dataset) => train(variant, training, dataset)),
    ]),
  );
  // For the claims alone, which ask whether balance lasts.
  const atEnds = (['draws=1', 'relu', 'cubic', 'untied', 'deep'] as const).flatMap((way) => {
    const variant = `diffusion/${way}` as const;
    return endDatasets.map((dataset) => train(variant, trainings[variant], dataset));
  });
  const tablesOf = (...named: readonly { readonly [variant in Variant]?: string }[]) =>
    [...new Set(named.flatMap(Object.keys))].flatMap((variant) => tables.get(variant) ?? []);

  const extension = {
    stated: EXTENSION,
    reconstructed: 'all sizes, starts, steps and iterations',
  };
  const size = `n = ${n}, d = ${d}, σ_ξ = ${sigma}, m = ${m}, smaller than elsewhere so that noise can be drawn in every step`;
  const descents = (descent: { sigma0: number; step: number; iterations: number }) =>
    `σ_0 = ${descent.sigma0}, step ${descent.step}, ${descent.iterations} iterations`;

  const drawnCurves = {
    'diffusion/exact': 'exact expectation',
    'diffusion/draws=5': '5 draws of ε',
    'diffusion/draws=1': '1 draw',
    'diffusion/mini-batches': `1 draw, batches of ${batch}`,
  };
  const scheduledCurves = {
    'diffusion/schedule-exact': 'exact expectation',
    'diffusion/schedule-drawn': '1 draw',
  };
  const { chart: samplingChart } = graph.add('chart/figure-a6-sampling', chartSampling, {
    params: { drawn: drawnCurves, scheduled: scheduledCurves, low, high },
    inputs: { alignments: tablesOf(drawnCurves, scheduledCurves) },
  });
  addFigure(graph, 'figure-a6-sampling', {
    chart: samplingChart,
    drawing,
    figure: titled(params, 'Figure A6'),
    setting: `${size}; ${descents(choices.noisePredictor)}; t = ${t}, in (e) and (f) drawn from ${schedule.join(', ')}`,
    ...extension,
  });

  const architectures = {
    'diffusion/draws=1': 'diffusion: quadratic',
    'diffusion/relu': 'diffusion: ReLU',
    'diffusion/cubic': 'diffusion: cubic',
    'diffusion/untied': 'diffusion: untied layer',
    'diffusion/deep': 'diffusion: one more layer',
    'classifier/clean': 'classifier: quadratic',
    'classifier/relu': 'classifier: ReLU',
    'classifier/cubic': 'classifier: cubic',
    'classifier/untied': 'classifier: trained layer',
    'classifier/deep': 'classifier: one more layer',
  };
  const { chart: networksChart } = graph.add('chart/figure-a8-networks', chartVariants, {
    params: { title: 'Other networks', variants: architectures, low, high },
    inputs: { alignments: tablesOf(architectures) },
  });
  addFigure(graph, 'figure-a8-networks', {
    chart: networksChart,
    drawing,
    figure: titled(params, 'Figure A8'),
    setting:
      `${size}; t = ${t}, one draw of ε for each patch and step; diffusion: ${descents(choices.noisePredictor)}; ` +
      `cubic: ${descents(choices.cubic)}; untied: ${descents(choices.untied)}; one more layer: ` +
      `${descents(choices.deep)}; classifier: ${descents(choices.classifier)}`,
    ...extension,
  });

  const objectives = {
    'diffusion/exact': 'diffusion: ε from x_t',
    'flow-matching/narrow': 'flow matching: ε − x',
    'denoising-autoencoder/narrow': 'denoising AE: x from x_t',
    'autoencoder/narrow': 'autoencoder: x from x',
    'variational-autoencoder/narrow': 'variational AE',
    'diffusion/wide': `diffusion, m = ${wide.m}`,
    'flow-matching/wide': `flow matching, m = ${wide.m}`,
    'denoising-autoencoder/wide': `denoising AE, m = ${wide.m}`,
    'autoencoder/wide': `autoencoder, m = ${wide.m}`,
    'variational-autoencoder/wide': `variational AE, m = ${wide.m}`,
    'classifier/clean': 'classifier: y from x',
    'classifier/noised': 'classifier: y from x_t',
  };
  const { chart: objectivesChart } = graph.add('chart/figure-a9-objectives', chartVariants, {
    params: { title: 'Other objectives on the same network', variants: objectives, low, high },
    inputs: { alignments: tablesOf(objectives) },
  });
  addFigure(graph, 'figure-a9-objectives', {
    chart: objectivesChart,
    drawing,
    figure: titled(params, 'Figure A9'),
    setting:
      `${size}; t = ${t}; exact expectations, but for the classifier on x_t, which draws ε anew in every step; ` +
      `diffusion: ${descents(choices.noisePredictor)}; flow matching and autoencoders: ` +
      `${descents(choices.autoencoder)}; with m = ${wide.m}, more neurons than patches: ` +
      `${descents(wide.noisePredictor)} and ${descents(wide.autoencoder)}; flow matching is over all its times; ` +
      `the variational AE has decoder variance ${decoderVariance} and the best variances of its code; classifiers: ` +
      `${descents(choices.classifier)}`,
    ...extension,
  });
  return [...[...tables.values()].flat(), ...atEnds];
}
