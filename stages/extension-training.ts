import * as v from 'valibot';
import { StageError } from '../engine/kind.ts';
import { DivergenceError } from '../science/gradient-descent.ts';
import type { MatrixBackend } from '../science/matrix-backend.ts';
import { BACKENDS } from '../science/open-backend.ts';
import { signalNormOf, type TwoPatchDistribution } from '../science/two-patch-data.ts';
import { count, natural, positive } from './schemas.ts';
import { onStageBackend } from './training.ts';

/** The params of the descent of a training of our extensions. */
export const descentParams = {
  backend: v.picklist(BACKENDS),
  /** Neurons: of the diffusion model, or of each of F_{+1} and F_{-1}. */
  m: count,
  sigma0: positive,
  step: positive,
  maxIterations: count,
  /** When to stop early; null: never. */
  stationarity: v.nullable(v.strictObject({ gradientRatio: positive, growth: positive })),
  recordsPerDecade: count,
  /** Of the start, and of synthetic data. */
  seed: natural,
};

/** The params of the data of Definition 2.1. */
export const dataParams = {
  nsnr2: positive,
  n: v.pipe(count, v.minValue(2)),
  d: v.pipe(count, v.minValue(5)),
  sigma: positive,
};

type Descent = v.InferOutput<v.ObjectSchema<typeof descentParams, undefined>>;
type Data = v.InferOutput<v.ObjectSchema<typeof dataParams, undefined>>;

/** The rule of descent that the params state. */
export function ruleOf({ step, maxIterations, stationarity, recordsPerDecade }: Descent) {
  return { step, maxIterations, stationarity: stationarity ?? undefined, recordsPerDecade };
}

/** The distribution that the params state. */
export function distributionOf({ nsnr2, n, d, sigma }: Data): TwoPatchDistribution {
  return { signalNorm: signalNormOf({ nsnr2, n, d, sigma }), sigma, d };
}

/**
 * Trains on the backend of a stage.
 * @throws {StageError} naming the setting if the training diverges.
 */
export function trainExtension<Result>(
  { backend, seed }: Pick<Descent, 'backend' | 'seed'>,
  nsnr2: number,
  work: (backend: MatrixBackend) => Promise<Result>,
): Promise<Result> {
  return onStageBackend(backend, work).catch((error: unknown) => {
    if (!(error instanceof DivergenceError)) throw error;
    throw new StageError(
      `the training at n·SNR² = ${nsnr2}, seed ${seed}, diverged: ${error.message}. Train with a smaller step.`,
    );
  });
}
