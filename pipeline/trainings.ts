import type { Artifact } from '../engine/graph.ts';
import type { GraphBuilder } from '../engine/graph-builder.ts';
import { alignments, trainClassifier, trainDiffusion } from '../stages/kinds.ts';
import type { Descent, Params } from './schema.ts';

/** A data set, under the name that the stages on it are called by. */
export interface Data {
  readonly name: string;
  readonly dataset: Artifact<'dataset'>;
  readonly seed: number;
}

/** Adds trainings to the graph, each with the measurement of what it learned. */
export function trainingsOf(graph: GraphBuilder, params: Params) {
  const shared = { backend: params.backend, sigma0: params.sigma0, recordsPerDecade: params.recordsPerDecade };

  /** A training of the diffusion model. */
  const diffusion = ({ name, dataset, seed }: Data, choices: Descent & { m: number; t: number }, variant = '') => {
    const trained = graph.add(`train-diffusion${variant}/${name}`, trainDiffusion, {
      params: { ...shared, ...choices, seed, stationarity: params.stationarity },
      inputs: { dataset },
    });
    const { table } = graph.add(`alignments/diffusion${variant}/${name}`, alignments, {
      params: {},
      inputs: { dataset, trained },
    });
    return { ...trained, alignments: table };
  };

  /** A training of the classifier. */
  const classifier = ({ name, dataset, seed }: Data, m: number, descent: Descent, variant = '') => {
    const trained = graph.add(`train-classifier${variant}/${name}`, trainClassifier, {
      params: { ...shared, ...descent, m, seed },
      inputs: { dataset },
    });
    const { table } = graph.add(`alignments/classifier${variant}/${name}`, alignments, {
      params: {},
      inputs: { dataset, trained },
    });
    return { ...trained, alignments: table };
  };

  return { diffusion, classifier };
}

/** A training and what it learned. */
export type Trained = ReturnType<Trainings['diffusion']>;

export type Trainings = ReturnType<typeof trainingsOf>;

/** The tables of what both models learned, in all of some trainings. */
export function alignmentsOfBoth(runs: readonly { readonly diffusion: Trained; readonly classifier: Trained }[]) {
  return runs.flatMap(({ diffusion, classifier }) => [diffusion.alignments, classifier.alignments]);
}
