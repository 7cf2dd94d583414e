import { defineFormat } from '../../engine/format.ts';
import { StageError } from '../../engine/kind.ts';
import type { Matrix } from '../../science/matrix.ts';
import { decodeTensors, encodeTensors, numbersInTensors, type Tensor, type TensorFile } from './safetensors.ts';
import { integersOf, matrixOf, matrixTensor, vectorTensor } from './tensors.ts';

/**
 * The weights of one training at its recorded iterations, in coordinates of the span that it stays in: those in R^d at
 * record k are `coordinates[k] · basis` (science/span.ts).
 */
export interface Checkpoints {
  readonly iterations: Int32Array;
  /** M×d: an orthonormal basis of the span of training patches and start, a vector a row. */
  readonly basis: Matrix;
  /** One R×M matrix a recorded iteration, a row a neuron; for the classifier those of F_{+1}, then those of F_{-1}. */
  readonly coordinates: readonly Matrix[];
}

/** Checkpoints as int32 `iterations` (K), float32 `basis` (M×d) and `coordinates` (K×R×M). */
export const checkpointsFile = defineFormat({
  name: 'checkpoints',
  extension: 'safetensors',
  encode: ({ iterations, basis, coordinates }: Checkpoints) =>
    encodeTensors({
      tensors: new Map([
        ['iterations', vectorTensor(iterations)],
        ['basis', matrixTensor(basis)],
        ['coordinates', stackedTensor(coordinates, basis.rows)],
      ]),
      metadata: {},
    }),
  decode(bytes): Checkpoints {
    const file = decodeTensors(bytes);
    return {
      iterations: integersOf(file, 'iterations'),
      basis: matrixOf(file, 'basis'),
      coordinates: stackedMatrices(file, 'coordinates'),
    };
  },
  numbers: numbersInTensors,
});

function stackedTensor(matrices: readonly Matrix[], columns: number): Tensor {
  const rows = matrices[0]?.rows ?? 0;
  const values = new Float32Array(matrices.length * rows * columns);
  matrices.forEach((matrix, k) => {
    values.set(matrix.values, k * rows * columns);
  });
  return { shape: [matrices.length, rows, columns], values };
}

function stackedMatrices(file: TensorFile, name: string): Matrix[] {
  const stacked = file.tensors.get(name);
  const [records, rows, columns] = stacked?.shape ?? [];
  if (stacked === undefined || records === undefined || rows === undefined || columns === undefined) {
    throw new StageError(`it has no ${name} of shape records × neurons × basis`);
  }
  return Array.from({ length: records }, (_, k) => ({
    rows,
    columns,
    values: Float64Array.from(stacked.values.subarray(k * rows * columns, (k + 1) * rows * columns)),
  }));
}
