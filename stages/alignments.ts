import * as v from 'valibot';
import { defineKind, StageError } from '../engine/kind.ts';
import { alignmentsOf } from '../science/alignments.ts';
import { forwardStep } from '../science/forward-step.ts';
import { testAccuracy, testDenoisingLoss } from '../science/test-evaluation.ts';
import { distinctPatches } from '../science/two-patch-data.ts';
import { type AlignmentRow, alignmentTable } from './formats/alignments.ts';
import { type CurveRow, curveTable } from './formats/curve.ts';
import { datasetFile } from './formats/dataset.ts';
import { learningCells } from './formats/learning.ts';
import { openTrained, trainedGroup } from './trained.ts';

/** Measures signal and noise learning, and the test performance, at every recorded iteration; in float64. */
export default defineKind({
  name: 'alignments',
  module: import.meta.url,
  params: v.strictObject({}),
  inputs: { dataset: datasetFile, trained: { ...trainedGroup, curve: curveTable } },
  outputs: { table: alignmentTable },
  async run({ inputs, progress }) {
    const trained = openTrained(inputs);
    const { setting, train, test, iterations, coordinates, record, backend, basis, trainProducts } = trained;
    const losses = lossesAt(iterations, inputs.trained.curve);
    const testOf =
      record.model === 'diffusion'
        ? testDenoisingLoss(backend, record.m, forwardStep(record.t), basis, distinctPatches(test))
        : testAccuracy(backend, record.m, basis, test);
    const rows: AlignmentRow[] = [];
    for (const [k, matrix] of coordinates.entries()) {
      const { projections, performance } = backend.tidy(() => {
        const weights = backend.upload(matrix);
        return { projections: backend.matMul(weights, trainProducts), performance: testOf(weights) };
      });
      const learned = alignmentsOf(backend.download(projections), train.signals.rows);
      backend.dispose(projections);
      rows.push({
        model: record.model,
        ...setting,
        iteration: iterations[k],
        ...learningCells(learned),
        loss: losses[k],
        test: performance,
      });
      await progress({ done: k + 1, total: coordinates.length, unit: 'records' });
    }
    return { table: rows };
  },
});

/** The loss at each recorded iteration, without its constant. */
function lossesAt(iterations: Int32Array, curve: readonly CurveRow[]): number[] {
  const losses = new Map(curve.map(({ iteration, excess_loss }) => [iteration, excess_loss]));
  return Array.from(iterations, (iteration) => {
    const loss = losses.get(iteration);
    if (loss === undefined) throw new StageError(`the curve has no iteration ${iteration}, but the checkpoints have`);
    return loss;
  });
}
