import { defineFormat } from '../../engine/format.ts';
import { StageError } from '../../engine/kind.ts';
import type { Matrix } from '../../science/matrix.ts';
import { decodeTensors, encodeTensors, numbersInTensors, type Tensor, type TensorFile } from './safetensors.ts';
import { integersOf, matrixOf, matrixTensor, vectorTensor } from './tensors.ts';

/** Matrices that are read one by one, since together they may be large. An array of matrices will do. */
export interface Matrices {
  readonly length: number;
  /** @param k from the end if it is negative. */
  at(k: number): Matrix | undefined;
  entries(): Iterable<[number, Matrix]>;
}

/**
 * The weights of one training at its recorded iterations, in coordinates of the span that it stays in: those in R^d at
 * record k are `coordinates.at(k) · basis` (science/span.ts).
 */
export interface Checkpoints {
  readonly iterations: Int32Array;
  /** M×d: an orthonormal basis of the span of training patches and start, a vector a row. */
  readonly basis: Matrix;
  /** One R×M matrix a recorded iteration, a row a neuron; for the classifier those of F_{+1}, then those of F_{-1}. */
  readonly coordinates: Matrices;
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

function stackedTensor(matrices: Matrices, columns: number): Tensor {
  const rows = matrices.at(0)?.rows ?? 0;
  const values = new Float32Array(matrices.length * rows * columns);
  for (const [k, matrix] of matrices.entries()) values.set(matrix.values, k * rows * columns);
  return { shape: [matrices.length, rows, columns], values };
}

function stackedMatrices(file: TensorFile, name: string): Matrices {
  const stacked = file.tensors.get(name);
  const [length, rows, columns] = stacked?.shape ?? [];
  if (stacked === undefined || length === undefined || rows === undefined || columns === undefined) {
    throw new StageError(`it has no ${name} of shape records × neurons × basis`);
  }
  const size = rows * columns;
  const matrixAt = (k: number) => ({
    rows,
    columns,
    values: Float64Array.from(stacked.values.subarray(k * size, (k + 1) * size)),
  });
  return {
    length,
    at(k) {
      const index = k < 0 ? length + k : k;
      return index >= 0 && index < length ? matrixAt(index) : undefined;
    },
    *entries() {
      for (let k = 0; k < length; k++) yield [k, matrixAt(k)];
    },
  };
}
