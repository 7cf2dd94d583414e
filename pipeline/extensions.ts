import { sort, union } from 'd3-array';
import type { Artifact } from '../engine/graph.ts';
import type { GraphBuilder } from '../engine/graph-builder.ts';
import {
  figureConditional,
  figureFeatures,
  figureLatent,
  trainConditional,
  trainFeatures,
  trainLatent,
  trainLetters,
} from '../stages/kinds.ts';
import { published, titled } from './published.ts';
import type { Basis } from './sweeps.ts';

const PROVENANCE = {
  stated: 'that its findings point to more complex data, conditional and latent diffusion; the figure is our extension',
  reconstructed: 'all of it',
};

const CONDITIONS = ['none', 'bias', 'own neurons'] as const;

/** A data set of Noisy-MNIST, and its seed. */
interface Images {
  readonly dataset: Artifact<'dataset'>;
  readonly seed: number;
}

/** Figures A12 to A14: what the paper points to. @returns the tables of each. */
export function extensions(graph: GraphBuilder, { params, drawing }: Basis, images: readonly Images[]) {
  const { t, backend, sigma0, recordsPerDecade, stationarity, synthetic, features, conditional, latent } = params;
  const { n, d, sigma, m, low, high, seeds } = synthetic;
  const shared = { backend, sigma0, recordsPerDecade };
  const data = { n, d, sigma };
  const diffusion = { ...synthetic.diffusion, stationarity };
  const size = `n = ${n}, d = ${d}, σ_ξ = ${sigma}, m = ${m}, t = ${t}, σ_0 = ${sigma0}`;
  const descent = `step ${diffusion.step}, to stationarity or ${diffusion.maxIterations} iterations`;

  const descents = {
    diffusion,
    classifier: { ...synthetic.classifier, stationarity: null },
  };
  const models = ['diffusion', 'classifier'] as const;
  const featureTables = [low, high].flatMap((nsnr2) =>
    features.holders.flatMap((holders) =>
      models.flatMap((model) =>
        seeds.map((seed) => {
          const name = `train-features/${model}/nsnr2=${nsnr2}/holders=${holders}/seed=${seed}`;
          return graph.add(name, trainFeatures, {
            params: { ...shared, ...data, ...descents[model], model, nsnr2, holders, m, t, seed },
            inputs: {},
          }).table;
        }),
      ),
    ),
  );
  const { letters, letterHolders, imageIterations } = features;
  const imageDescents = {
    diffusion: { ...params.noisyMnist.diffusion, maxIterations: imageIterations, stationarity },
    classifier: { ...params.noisyMnist.classifier, stationarity: null },
  };
  const letterTables = letterHolders.flatMap((holders) =>
    models.flatMap((model) =>
      images.map(({ dataset, seed }) => {
        const name = `train-letters/${model}/holders=${holders}/seed=${seed}`;
        return graph.add(name, trainLetters, {
          params: { ...shared, ...imageDescents[model], model, holders, letters, m: params.noisyMnist.m, t, seed },
          inputs: { dataset, drawing },
        }).table;
      }),
    ),
  );
  graph.add('figure-a12-features', figureFeatures, {
    params: {
      figure: titled(params, 'Figure A12'),
      settings: [low, high],
      snr: params.noisyMnistHigh.snr,
      setting:
        `${size}; diffusion: ${descent}; classifier: step ${synthetic.classifier.step}, ${synthetic.classifier.maxIterations} ` +
        `iterations; images: digits ${params.noisyMnist.digits.join(' and ')}, n = ${2 * params.noisyMnist.perDigit}, m = ${params.noisyMnist.m}, letters ` +
        `${letters.join(' and ')}, diffusion: step ${imageDescents.diffusion.step}, ${imageIterations} iterations, classifier: step ` +
        `${imageDescents.classifier.step}, ${imageDescents.classifier.maxIterations} iterations`,
      ...PROVENANCE,
    },
    inputs: { synthetic: featureTables, letters: letterTables, drawing },
    publish: published('figure-a12-features'),
  });

  const conditionalTables = CONDITIONS.flatMap((condition) =>
    conditional.nsnr2.flatMap((nsnr2) =>
      seeds.map((seed) => {
        const name = `train-conditional/${condition.replace(' ', '-')}/nsnr2=${nsnr2}/seed=${seed}`;
        return graph.add(name, trainConditional, {
          params: { ...shared, ...data, ...diffusion, condition, nsnr2, m, t, seed },
          inputs: {},
        }).table;
      }),
    ),
  );
  graph.add('figure-a13-conditional', figureConditional, {
    params: { figure: titled(params, 'Figure A13'), setting: `${size}; ${descent}`, ...PROVENANCE },
    inputs: { trainings: conditionalTables, drawing },
    publish: published('figure-a13-conditional'),
  });

  // The claims are about the low and the high one.
  const latentSettings = sort(union(latent.nsnr2, [low, high]));
  const latentTables = latent.dimensions.flatMap((k) =>
    latentSettings.flatMap((nsnr2) =>
      seeds.map((seed) => {
        const name = `train-latent/k=${k}/nsnr2=${nsnr2}/seed=${seed}`;
        return graph.add(name, trainLatent, {
          params: {
            ...shared,
            ...data,
            ...diffusion,
            maxIterations: latent.maxIterations,
            recordsPerDecade: 1,
            k,
            nsnr2,
            m,
            t,
            seed,
          },
          inputs: {},
        }).table;
      }),
    ),
  );
  graph.add('figure-a14-latent', figureLatent, {
    params: {
      figure: titled(params, 'Figure A14'),
      setting: `${size}; step ${diffusion.step}, to stationarity or ${latent.maxIterations} iterations`,
      ...PROVENANCE,
    },
    inputs: { trainings: latentTables, drawing },
    publish: published('figure-a14-latent'),
  });
  return { features: featureTables, letters: letterTables, conditional: conditionalTables, latent: latentTables };
}
