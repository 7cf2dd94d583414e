import { artifactType, StageError } from '../../engine/kind.ts';
import type { Matrix } from '../../science/matrix.ts';
import { integersOf, matrixOf } from './dataset.ts';
import { numbersInTensors, readTensors, writeTensors } from './safetensors.ts';

/** The weights of one training at its recorded iterations, as coefficients in the span of start and patches. */
export const checkpointsFile = artifactType('checkpoints', 'safetensors', numbersInTensors);

/**
 * The weights at record k are `coefficients[k] · [start; signals; noises]`, with the distinct training patches of the data
 * set below the start (paper.md §2).
 */
export interface Checkpoints {
  readonly iterations: Int32Array;
  /** W⁰, R×d: a row a neuron; for the classifier those of F_{+1}, then those of F_{-1}. */
  readonly start: Matrix;
  /** One R×(R+N) matrix a recorded iteration. */
  readonly coefficients: readonly Matrix[];
}

/** Writes int32 `iterations` (K), float32 `start` (R×d) and `coefficients` (K×R×(R+N)). */
export async function writeCheckpoints(path: string, checkpoints: Checkpoints): Promise<void> {
  const { iterations, start, coefficients } = checkpoints;
  const size = start.rows * (coefficients[0]?.columns ?? 0);
  const stacked = new Float32Array(coefficients.length * size);
  coefficients.forEach((matrix, k) => {
    stacked.set(matrix.values, k * size);
  });
  const shape = [coefficients.length, start.rows, coefficients[0]?.columns ?? 0];
  await writeTensors(path, {
    tensors: new Map([
      ['iterations', { shape: [iterations.length], values: iterations }],
      ['start', { shape: [start.rows, start.columns], values: Float32Array.from(start.values) }],
      ['coefficients', { shape, values: stacked }],
    ]),
    metadata: {},
  });
}

/**
 * Reads checkpoints.
 * @throws {StageError} if the file is damaged.
 */
export async function readCheckpoints(path: string): Promise<Checkpoints> {
  const file = await readTensors(path);
  const stacked = file.tensors.get('coefficients');
  const [records, rows, columns] = stacked?.shape ?? [];
  if (stacked === undefined || records === undefined || rows === undefined || columns === undefined) {
    throw new StageError(`${path} has no coefficients of shape records × neurons × basis`);
  }
  const coefficients = Array.from({ length: records }, (_, k) => ({
    rows,
    columns,
    values: Float64Array.from(stacked.values.subarray(k * rows * columns, (k + 1) * rows * columns)),
  }));
  return { iterations: integersOf(file, 'iterations', path), start: matrixOf(file, 'start', path), coefficients };
}
