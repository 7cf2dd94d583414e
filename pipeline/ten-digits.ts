import type { GraphBuilder } from '../engine/graph-builder.ts';
import { chartClasses, classAlignments, noisyMnist, trainDiffusion, trainSoftmaxClassifier } from '../stages/kinds.ts';
import type { Basis } from './basis.ts';
import { addFigure, EXTENSION, titled } from './figure.ts';

/**
 * Figures A7a and A7b: ten digits at a low and a high SNR~, the classifier with a softmax.
 * @returns the tables of each.
 */
export function tenDigits(graph: GraphBuilder, { params, drawing, mnist }: Basis) {
  const { t, backend, sigma0, stationarity } = params;
  const { low, high, seeds, digits, perDigit, testPerDigit, recordsPerDecade, diffusion, classifier } =
    params.tenDigits;
  const figureAt = (figure: string, folder: string, { snr, step, maxIterations }: typeof low) => {
    const runs = seeds.map((seed) => {
      const name = `${folder}/seed=${seed}`;
      const { dataset } = graph.add(`noisy-mnist-${name}`, noisyMnist, {
        params: { snr, digits, perDigit, testPerDigit, seed },
        inputs: mnist,
      });
      const inputs = { dataset };
      const shared = { backend, sigma0, recordsPerDecade, seed };
      const trainedDiffusion = graph.add(`train-diffusion/${name}`, trainDiffusion, {
        params: { ...shared, ...diffusion, step, maxIterations, t, stationarity },
        inputs,
      });
      const trainedClassifier = graph.add(`train-softmax-classifier/${name}`, trainSoftmaxClassifier, {
        params: { ...shared, ...classifier },
        inputs,
      });
      const tables = Object.entries({ diffusion: trainedDiffusion, classifier: trainedClassifier }).map(
        ([model, trained]) =>
          graph.add(`class-alignments/${model}/${name}`, classAlignments, { params: {}, inputs: { dataset, trained } })
            .table,
      );
      return { tables, record: trainedDiffusion.record };
    });
    const tables = runs.flatMap((run) => run.tables);
    const { chart } = graph.add(`chart/figure-a7-${folder}`, chartClasses, {
      params: {},
      inputs: { alignments: tables, records: runs.map(({ record }) => record) },
    });
    addFigure(graph, `figure-a7-${folder}`, {
      chart,
      drawing,
      figure: titled(params, figure),
      setting:
        `n = ${digits.length * perDigit}, ${perDigit} of each digit, t = ${t}, σ_0 = ${sigma0}; diffusion: m = ` +
        `${diffusion.m}, step ${step}, ${maxIterations} iterations; ` +
        `classifier: F_j of m = ${classifier.m} neurons for each class j, softmax loss, step ${classifier.step}, ` +
        `${classifier.maxIterations} iterations`,
      stated: EXTENSION,
      reconstructed: 'all of the setting',
    });
    return tables;
  };
  return {
    low: figureAt('Figure A7a', 'ten-digits', low),
    high: figureAt('Figure A7b', 'ten-digits-high', high),
  };
}
