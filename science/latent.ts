import { Matrix as LibraryMatrix, SingularValueDecomposition } from 'ml-matrix';
import { type Matrix, row, zeros } from './matrix.ts';
import type { DistinctPatches } from './two-patch-data.ts';

/** A part of a component smaller than this, by its size, is rounding. */
const ROUNDING = 1e-9;

/**
 * Patches in the first k dimensions of their uncentred principal components (paper.md §6): N×k. The components are
 * those of all patches, each as often as it occurs. Nothing decides the sign of a component: we take the one that makes
 * its first part beyond rounding positive.
 */
export function latentPatches({ patches, multiplicities }: DistinctPatches, k: number): Matrix {
  const weighted = Array.from({ length: patches.rows }, (_, i) =>
    Array.from(row(patches, i), (value) => Math.sqrt(multiplicities[i]) * value),
  );
  const { leftSingularVectors, diagonal } = new SingularValueDecomposition(new LibraryMatrix(weighted), {
    computeRightSingularVectors: false,
    autoTranspose: true,
  });
  const latent = zeros(patches.rows, Math.min(k, diagonal.length));
  for (let j = 0; j < latent.columns; j++) {
    const component = leftSingularVectors
      .getColumn(j)
      .map((value, i) => (value * diagonal[j]) / Math.sqrt(multiplicities[i]));
    const first = component.find((value) => Math.abs(value) > ROUNDING * diagonal[j]) ?? 1;
    component.forEach((value, i) => {
      row(latent, i)[j] = first < 0 ? -value : value;
    });
  }
  return latent;
}
