import type { Artifact } from '../engine/graph.ts';
import type { GraphBuilder } from '../engine/graph-builder.ts';
import { byPatch, chartNoisyMnist, figureGrid, noisyMnist } from '../stages/kinds.ts';
import type { Drawing } from './drawing.ts';
import { addFigure } from './figure.ts';
import type { Params } from './schema.ts';
import { alignmentsOfBoth, type Trainings } from './trainings.ts';

/** The four files of MNIST. */
export type Mnist = Readonly<
  Record<'trainImages' | 'testImages', Artifact<'idx-images'>> &
    Record<'trainLabels' | 'testLabels', Artifact<'idx-labels'>>
>;

/** Two digits of Noisy-MNIST at one SNR~: a data set and a training of both models for each seed. */
export function noisyMnistRuns(
  graph: GraphBuilder,
  { diffusion, classifier }: Trainings,
  mnist: Mnist,
  { name: folder, images, t }: { name: string; images: Params['noisyMnist']; t: number },
) {
  return images.seeds.map((seed) => {
    const { snr, digits, perDigit, testPerDigit, m } = images;
    const name = `${folder}/seed=${seed}`;
    const { dataset } = graph.add(name, noisyMnist, {
      params: { snr, digits, perDigit, testPerDigit, seed },
      inputs: mnist,
    });
    const data = { name, dataset, seed };
    return {
      seed,
      dataset,
      diffusion: diffusion(data, { ...images.diffusion, m, t }),
      classifier: classifier(data, m, images.classifier),
    };
  });
}

/** What a caption says of the paper. */
interface Provenance {
  readonly figure: string;
  readonly stated: string;
  readonly reconstructed: string;
}

/**
 * The image grid of the first seed, and the curves of all; `grid` and `curves` are the names of the stages.
 * @returns what both do patch by patch.
 */
export function noisyMnistFigures(
  graph: GraphBuilder,
  runs: ReturnType<typeof noisyMnistRuns>,
  { images, t, sigma0, drawing }: { images: Params['noisyMnist']; t: number; sigma0: number; drawing: Drawing },
  figures: { grid: Provenance & { name: string }; curves: Provenance & { name: string } },
) {
  const setting =
    `SNR~ = ${images.snr}, digits ${images.digits.join(' and ')}, n = ${2 * images.perDigit}, m = ${images.m}, t = ` +
    `${t}, σ_0 = ${sigma0}; diffusion: step ${images.diffusion.step}, ${images.diffusion.maxIterations} iterations; ` +
    `classifier: step ${images.classifier.step}, ${images.classifier.maxIterations} iterations`;
  const { table } = graph.add(`by-patch/${figures.grid.name}`, byPatch, {
    params: { t, draws: images.draws },
    inputs: {
      runs: runs.map(({ dataset, classifier, diffusion }) => ({
        dataset,
        classifier: classifier.checkpoints,
        diffusion: diffusion.checkpoints,
      })),
    },
    publish: { table: `figures/${figures.grid.name}.csv` },
  });
  const [shown] = runs;
  if (shown !== undefined) {
    const { name, ...provenance } = figures.grid;
    graph.add(name, figureGrid, {
      params: {
        ...provenance,
        setting: `${setting}; seed ${images.seeds[0]}; gains of ${images.draws} draws`,
        t,
        digits: images.digits,
        samples: 8,
        sampleScale: images.gridScale,
      },
      inputs: {
        dataset: shown.dataset,
        classifier: shown.classifier.checkpoints,
        diffusion: shown.diffusion.checkpoints,
        byPatch: table,
        drawing,
      },
      publish: { png: `figures/${name}.png`, caption: `figures/${name}.caption.md` },
    });
  }
  const { name, ...provenance } = figures.curves;
  const { chart } = graph.add(`chart/${name}`, chartNoisyMnist, {
    params: {},
    inputs: {
      alignments: alignmentsOfBoth(runs),
      records: runs.map(({ diffusion }) => diffusion.record),
    },
  });
  addFigure(graph, name, { chart, drawing, ...provenance, setting });
  return table;
}
