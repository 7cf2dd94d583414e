import * as v from 'valibot';
import type { Progress } from '../engine/kind.ts';
import { type Descent, gradientDescent, type Objective, type Stationarity } from '../science/gradient-descent.ts';
import { initialWeights } from '../science/initial-weights.ts';
import type { BackendMatrix, MatrixBackend } from '../science/matrix-backend.ts';
import { BACKENDS } from '../science/open-backend.ts';
import { openPortableBackend } from '../science/portable-backend.ts';
import { randomStream } from '../science/random.ts';
import { spanOf } from '../science/span.ts';
import { distinctPatches } from '../science/two-patch-data.ts';
import { rethrowDivergence } from './divergence.ts';
import { type Checkpoints, checkpointsFile } from './formats/checkpoints.ts';
import { type CurveRow, curveTable } from './formats/curve.ts';
import { type Dataset, datasetFile } from './formats/dataset.ts';
import { type TrainingOutcome, trainingRecordFile } from './formats/training-record.ts';
import { count, natural, positive } from './schemas.ts';

/** The params that both models have. */
export const trainingParams = {
  backend: v.picklist(BACKENDS),
  /** Neurons: of the diffusion model, or of each of F_{+1} and F_{-1}. */
  m: count,
  /** σ_0, the standard deviation of the weights at the start. */
  sigma0: positive,
  /** The first step of gradient descent. */
  step: positive,
  maxIterations: count,
  recordsPerDecade: count,
  /** Of the start. */
  seed: natural,
};

/** When to stop early (science/gradient-descent.ts). */
export const stationaritySchema = v.strictObject({ gradientRatio: positive, growth: positive });

/** What both models are trained on, ... */
export const trainingInputs = { dataset: datasetFile };

/** ... and what their trainings leave. */
export const trainingOutputs = { checkpoints: checkpointsFile, curve: curveTable, record: trainingRecordFile };

/** One training of either model. */
export interface Training {
  readonly params: v.InferOutput<v.ObjectSchema<typeof trainingParams, undefined>>;
  readonly dataset: Dataset;
  /** R, how many neurons there are in all. */
  readonly neurons: number;
  /** Name of the stream of random numbers that the start is drawn from. */
  readonly startStream: string;
  readonly stationarity: Stationarity | undefined;
  /** The loss without its constant, on patches in coordinates of the span, N×N. */
  objective(X: BackendMatrix): Objective;
  /** The constant of the loss. */
  readonly constant: number;
  progress(report: Progress): Promise<void>;
}

/** What a training of either model leaves: its record lacks what only one of them has. */
export interface TrainingResult {
  readonly checkpoints: Checkpoints;
  readonly curve: readonly CurveRow[];
  readonly record: TrainingOutcome;
}

/**
 * Trains by gradient descent from the random start.
 * @throws {StageError} if the training diverges; the message names the setting.
 */
export async function train(backend: MatrixBackend, training: Training): Promise<TrainingResult> {
  const { params, dataset, neurons, constant } = training;
  const { sigma0, step, maxIterations, recordsPerDecade, seed } = params;
  const { setting } = dataset;
  const { patches } = distinctPatches(dataset.train);
  const start = initialWeights(neurons, patches.columns, sigma0, randomStream(seed, training.startStream));
  const span = spanOf(openPortableBackend('float64'), patches, start);
  const { records, ...outcome } = await gradientDescent(
    backend,
    span.start,
    training.objective(backend.upload(span.patches)),
    { step, maxIterations, recordsPerDecade, stationarity: training.stationarity },
    (iteration, excessLoss) =>
      training.progress({
        done: iteration,
        total: maxIterations,
        unit: 'iterations',
        note: `loss ${constant === 0 ? '' : '− constant '}${excessLoss.toPrecision(6)}`,
      }),
  ).catch(rethrowDivergence(`on ${setting.dataset} data of n·SNR² = ${setting.nsnr2}, seed ${setting.seed},`));
  return {
    checkpoints: {
      iterations: Int32Array.from(records, ({ iteration }) => iteration),
      basis: span.basis,
      coordinates: records.map(({ weights }) => weights),
    },
    curve: records.map((record) => curveRowOf(record, constant)),
    record: {
      setting,
      backend: params.backend,
      n: dataset.train.noises.rows,
      d: patches.columns,
      m: params.m,
      sigma0,
      seed,
      step,
      maxIterations,
      ...outcome,
      loss: constant + outcome.excessLoss,
    },
  };
}

function curveRowOf(
  { iteration, excessLoss, gradientNorm, step }: Descent['records'][number],
  constant: number,
): CurveRow {
  return { iteration, loss: constant + excessLoss, excess_loss: excessLoss, gradient_norm: gradientNorm, step };
}
