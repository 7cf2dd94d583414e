import { artifactType, StageError } from '../../engine/kind.ts';
import type { Matrix } from '../../science/matrix.ts';
import { integersOf, matrixOf } from './dataset.ts';
import { numbersInTensors, readTensors, writeTensors } from './safetensors.ts';

/** The weights of one training at its recorded iterations, in coordinates of the span that it stays in. */
export const checkpointsFile = artifactType('checkpoints', 'safetensors', numbersInTensors);

/** The weights in R^d at record k are `coordinates[k] · basis` (science/span.ts). */
export interface Checkpoints {
  readonly iterations: Int32Array;
  /** M×d: an orthonormal basis of the span of training patches and start, a vector a row. */
  readonly basis: Matrix;
  /** One R×M matrix a recorded iteration, a row a neuron; for the classifier those of F_{+1}, then those of F_{-1}. */
  readonly coordinates: readonly Matrix[];
}

/** Writes int32 `iterations` (K), float32 `basis` (M×d) and `coordinates` (K×R×M). */
export async function writeCheckpoints(path: string, checkpoints: Checkpoints): Promise<void> {
  const { iterations, basis, coordinates } = checkpoints;
  const neurons = coordinates[0]?.rows ?? 0;
  const size = neurons * basis.rows;
  const stacked = new Float32Array(coordinates.length * size);
  coordinates.forEach((matrix, k) => {
    stacked.set(matrix.values, k * size);
  });
  await writeTensors(path, {
    tensors: new Map([
      ['iterations', { shape: [iterations.length], values: iterations }],
      ['basis', { shape: [basis.rows, basis.columns], values: Float32Array.from(basis.values) }],
      ['coordinates', { shape: [coordinates.length, neurons, basis.rows], values: stacked }],
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
  const stacked = file.tensors.get('coordinates');
  const [records, rows, columns] = stacked?.shape ?? [];
  if (stacked === undefined || records === undefined || rows === undefined || columns === undefined) {
    throw new StageError(`${path} has no coordinates of shape records × neurons × basis`);
  }
  const coordinates = Array.from({ length: records }, (_, k) => ({
    rows,
    columns,
    values: Float64Array.from(stacked.values.subarray(k * rows * columns, (k + 1) * rows * columns)),
  }));
  return { iterations: integersOf(file, 'iterations', path), basis: matrixOf(file, 'basis', path), coordinates };
}
