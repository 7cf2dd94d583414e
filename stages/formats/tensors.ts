import { StageError } from '../../engine/kind.ts';
import type { Matrix } from '../../science/matrix.ts';
import type { Tensor, TensorFile } from './safetensors.ts';

/** Numbers and texts as the metadata of a file, which are texts. */
export function metadataOf(values: Readonly<Record<string, string | number>>): TensorFile['metadata'] {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));
}

/** Integers as an int32 tensor of one dimension. */
export function vectorTensor(values: Int32Array): Tensor {
  return { shape: [values.length], values };
}

/** A matrix as a float32 tensor. */
export function matrixTensor({ rows, columns, values }: Matrix): Tensor {
  return { shape: [rows, columns], values: Float32Array.from(values) };
}

/**
 * A float32 tensor of two dimensions as a matrix.
 * @throws {StageError} if the file has none of that name.
 */
export function matrixOf(file: TensorFile, name: string): Matrix {
  const tensor = file.tensors.get(name);
  const [rows, columns, ...more] = tensor?.shape ?? [];
  if (!(tensor?.values instanceof Float32Array) || rows === undefined || columns === undefined || more.length > 0) {
    throw new StageError(`it has no float32 matrix '${name}'`);
  }
  return { rows, columns, values: Float64Array.from(tensor.values) };
}

/**
 * An int32 tensor of one dimension.
 * @throws {StageError} if the file has none of that name.
 */
export function integersOf(file: TensorFile, name: string): Int32Array {
  const values = file.tensors.get(name)?.values;
  if (!(values instanceof Int32Array)) throw new StageError(`it has no int32 vector '${name}'`);
  return values;
}
