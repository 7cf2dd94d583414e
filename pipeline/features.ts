import type { Artifact } from '../engine/graph.ts';
import type { GraphBuilder } from '../engine/graph-builder.ts';
import { chartFeatures, trainFeatures, trainLetters } from '../stages/kinds.ts';
import type { Basis } from './basis.ts';
import { addFigure, POINTED_TO, titled } from './figure.ts';
import { trainingSettingOf } from './synthetic.ts';

/** A data set of Noisy-MNIST, and its seed. */
interface Images {
  readonly dataset: Artifact<'dataset'>;
  readonly seed: number;
}

const MODELS = ['diffusion', 'classifier'] as const;

/**
 * Figure A12: a rare feature beside an easy one.
 * @param images at the high SNR~, which letters are put on.
 * @returns the tables of the synthetic data, and of the images.
 */
export function features(graph: GraphBuilder, { params, drawing }: Basis, images: readonly Images[]) {
  const { t, backend, sigma0, stationarity, synthetic, noisyMnist, noisyMnistHigh } = params;
  const { n, d, sigma, m, low, high, seeds } = synthetic;
  const { holders: sampleHolders, letters, letterHolders, imageIterations } = params.features;
  // Only last records are looked at.
  const shared = { backend, sigma0, recordsPerDecade: 1, t };

  const descents = {
    diffusion: { ...synthetic.diffusion, stationarity },
    classifier: { ...synthetic.classifier, stationarity: null },
  };
  const featureTables = [low, high].flatMap((nsnr2) =>
    sampleHolders.flatMap((holders) =>
      MODELS.flatMap((model) =>
        seeds.map((seed) => {
          const name = `train-features/${model}/nsnr2=${nsnr2}/holders=${holders}/seed=${seed}`;
          return graph.add(name, trainFeatures, {
            params: { ...shared, ...{ n, d, sigma, m }, ...descents[model], model, nsnr2, holders, seed },
            inputs: {},
          }).table;
        }),
      ),
    ),
  );

  const imageDescents = {
    diffusion: { ...noisyMnistHigh.diffusion, maxIterations: imageIterations, stationarity },
    classifier: { ...noisyMnist.classifier, stationarity: null },
  };
  const letterTables = letterHolders.flatMap((holders) =>
    MODELS.flatMap((model) =>
      images.map(({ dataset, seed }) => {
        const name = `train-letters/${model}/holders=${holders}/seed=${seed}`;
        return graph.add(name, trainLetters, {
          params: { ...shared, ...imageDescents[model], model, holders, letters, m: noisyMnist.m, seed },
          inputs: { dataset, drawing },
        }).table;
      }),
    ),
  );

  const { chart } = graph.add('chart/figure-a12-features', chartFeatures, {
    params: { settings: [low, high], snr: noisyMnistHigh.snr },
    inputs: { synthetic: featureTables, letters: letterTables },
  });
  addFigure(graph, 'figure-a12-features', {
    chart,
    drawing,
    figure: titled(params, 'Figure A12'),
    setting:
      `${trainingSettingOf(params)}; images: digits ${noisyMnist.digits.join(' and ')}, n = ` +
      `${2 * noisyMnist.perDigit}, m = ${noisyMnist.m}, letters ${letters.join(' and ')}, diffusion: step ` +
      `${noisyMnistHigh.diffusion.step}, ${imageIterations} iterations, classifier: step ` +
      `${noisyMnist.classifier.step}, ${noisyMnist.classifier.maxIterations} iterations`,
    ...POINTED_TO,
  });
  return { features: featureTables, letters: letterTables };
}
