import type { Artifact } from '../engine/graph.ts';
import type { Drawing } from './drawing.ts';
import type { Mnist } from './noisy-mnist.ts';
import type { Params } from './schema.ts';
import type { Trained, Trainings } from './trainings.ts';

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
