import * as v from 'valibot';
import type { MatrixBackend } from '../science/matrix-backend.ts';
import { signalNormOf, type TwoPatchDistribution } from '../science/two-patch-data.ts';
import { rethrowDivergence } from './divergence.ts';
import { count, positive } from './schemas.ts';
import { onStageBackend } from './stage-backend.ts';
import { stationaritySchema, trainingParams } from './training.ts';

/** The params of a training of our extensions; its seed is that of synthetic data, too. */
export const descentParams = {
  ...trainingParams,
  /** Null: never stop early. */
  stationarity: v.nullable(stationaritySchema),
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
  return onStageBackend(backend, work).catch(rethrowDivergence(`at n·SNR² = ${nsnr2}, seed ${seed},`));
}
