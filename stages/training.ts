import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { type OutputPaths, type Progress, StageError } from '../engine/kind.ts';
import {
  type Descent,
  DivergenceError,
  gradientDescent,
  type Objective,
  type Stationarity,
} from '../science/gradient-descent.ts';
import { initialWeights } from '../science/initial-weights.ts';
import { type EngineMatrix, EngineUnavailableError, type MatrixEngine } from '../science/matrix-engine.ts';
import { ENGINES, type EngineName, openEngine } from '../science/open-engine.ts';
import { randomStream } from '../science/random.ts';
import { spanOf } from '../science/span.ts';
import { distinctPatches } from '../science/two-patch-data.ts';
import { checkpointsFile, writeCheckpoints } from './formats/checkpoints.ts';
import { curveRow, curveTable } from './formats/curve.ts';
import { type Dataset, datasetFile, type Setting } from './formats/dataset.ts';
import { kernelFile } from './formats/kernel.ts';
import { writeTable } from './formats/table.ts';
import { type TrainingOutcome, trainingRecordFile } from './formats/training-record.ts';
import { count, natural, positive } from './schemas.ts';

/** The params that both models have. */
export const trainingParams = {
  engine: v.picklist(ENGINES),
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

export const trainingInputs = {
  dataset: datasetFile,
  kernel: kernelFile,
  /** Of float64, which the coordinates of the span are computed in. */
  spanKernel: kernelFile,
};

export const trainingOutputs = { checkpoints: checkpointsFile, curve: curveTable, record: trainingRecordFile };

/** One training of either model. */
export interface Training {
  readonly params: v.InferOutput<v.ObjectSchema<typeof trainingParams, undefined>>;
  readonly dataset: Dataset;
  readonly spanKernel: string;
  /** R, how many neurons there are in all. */
  readonly neurons: number;
  /** Name of the stream of random numbers that the start is drawn from. */
  readonly startStream: string;
  readonly stationarity: Stationarity | undefined;
  /** The loss without its constant, on patches in coordinates of the span, N×N. */
  objective(X: EngineMatrix): Objective;
  /** The constant of the loss. */
  readonly constant: number;
  readonly outputs: Pick<OutputPaths<typeof trainingOutputs>, 'checkpoints' | 'curve'>;
  progress(report: Progress): Promise<void>;
}

/**
 * Trains by gradient descent from the random start, and writes checkpoints and curve.
 * @returns how it went, for the record.
 * @throws {StageError} if the training diverges; the message names the setting.
 */
export async function train(engine: MatrixEngine, training: Training): Promise<TrainingOutcome> {
  const { params, dataset, spanKernel, neurons, constant, outputs } = training;
  const { sigma0, step, maxIterations, recordsPerDecade, seed } = params;
  const { patches } = distinctPatches(dataset.train);
  const start = initialWeights(neurons, patches.columns, sigma0, randomStream(seed, training.startStream));
  const span = spanOf(await openStageEngine('portable-float64', spanKernel), patches, start);
  const { records, ...outcome } = await gradientDescent(
    engine,
    span.start,
    training.objective(engine.upload(span.patches)),
    { step, maxIterations, recordsPerDecade, stationarity: training.stationarity },
    (iteration, excessLoss) =>
      training.progress({
        done: iteration,
        total: maxIterations,
        unit: 'iterations',
        note: `loss ${constant === 0 ? '' : '− constant '}${excessLoss.toPrecision(6)}`,
      }),
  ).catch((error: unknown) => {
    throw error instanceof DivergenceError ? divergence(dataset.setting, error) : error;
  });
  await writeCheckpoints(outputs.checkpoints, {
    iterations: Int32Array.from(records, ({ iteration }) => iteration),
    basis: span.basis,
    coordinates: records.map(({ weights }) => weights),
  });
  await writeTable(
    outputs.curve,
    curveRow,
    records.map((record) => curveRowOf(record, constant)),
  );
  const { engine: engineName, m } = params;
  return {
    setting: dataset.setting,
    engine: engineName,
    n: dataset.train.noises.rows,
    d: patches.columns,
    m,
    sigma0,
    seed,
    step,
    maxIterations,
    ...outcome,
    loss: constant + outcome.excessLoss,
  };
}

/**
 * Opens the engine that a stage is to use.
 * @throws {StageError} if it does not work on this machine.
 */
export async function openStageEngine(engine: EngineName, kernelPath: string): Promise<MatrixEngine> {
  try {
    return await openEngine({ engine, kernel: await readFile(kernelPath) });
  } catch (error) {
    throw error instanceof EngineUnavailableError ? new StageError(error.message) : error;
  }
}

function curveRowOf(
  { iteration, excessLoss, gradientNorm, step }: Descent['records'][number],
  constant: number,
): v.InferInput<typeof curveRow> {
  return { iteration, loss: constant + excessLoss, excess_loss: excessLoss, gradient_norm: gradientNorm, step };
}

function divergence({ dataset, nsnr2, seed }: Setting, error: DivergenceError): StageError {
  return new StageError(
    `The training on ${dataset} data of n·SNR² = ${nsnr2}, seed ${seed}, diverged: ${error.message}. ` +
      'Train with a smaller step.',
  );
}
