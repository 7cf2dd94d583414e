import { expect, it } from 'vitest';
import { alignmentsOf } from '../../science/alignments.ts';

it('has the largest and the mean size of the projections on signals, and on noises', () => {
  const projections = { rows: 2, columns: 5, values: Float64Array.of(1, -5, 2, 3, -1, 4, 2, -9, 0, 3) };
  expect(alignmentsOf(projections, 2)).toEqual({ signalMax: 5, signalMean: 3, noiseMax: 9, noiseMean: 3 });
});
