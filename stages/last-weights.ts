import { StageError } from '../engine/kind.ts';
import type { WeightsInSpan } from '../science/denoising-gain.ts';
import type { Matrix } from '../science/matrix.ts';
import { weightsInSpace } from '../science/weights.ts';
import type { Checkpoints } from './formats/checkpoints.ts';

/**
 * The weights at the end of a training, in coordinates of its basis.
 * @throws {StageError} if it has left none.
 */
export function lastCoordinates({ basis, coordinates }: Checkpoints): WeightsInSpan {
  const last = coordinates.at(-1);
  if (last === undefined) throw new StageError('a training has no checkpoint');
  return { coordinates: last, basis };
}

/** The same in R^d. */
export function lastWeights(checkpoints: Checkpoints): Matrix {
  const { coordinates, basis } = lastCoordinates(checkpoints);
  return weightsInSpace(coordinates, basis);
}

/** The neurons of F_{+1}, which are the first half of the classifier's, or of F_{-1}. */
export function neuronsOf({ rows, columns, values }: Matrix, label: number): Matrix {
  const half = values.length / 2;
  return { rows: rows / 2, columns, values: label === 1 ? values.subarray(0, half) : values.subarray(half) };
}
