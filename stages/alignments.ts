import * as v from 'valibot';
import { defineKind, StageError } from '../engine/kind.ts';
import { alignmentsOf } from '../science/alignments.ts';
import { forwardStep } from '../science/forward-step.ts';
import { testAccuracy, testDenoisingLoss } from '../science/test-evaluation.ts';
import { alignmentRow, alignmentTable } from './formats/alignments.ts';
import { curveRow, curveTable } from './formats/curve.ts';
import { learningCells } from './formats/learning.ts';
import { readTable, writeTable } from './formats/table.ts';
import { openTrained, trainedInputs } from './trained.ts';

/** Measures signal and noise learning, and the test performance, at every recorded iteration; in float64. */
export default defineKind({
  name: 'alignments',
  module: import.meta.url,
  params: v.strictObject({}),
  inputs: { ...trainedInputs, curve: curveTable },
  outputs: { table: alignmentTable },
  async run({ inputs, outputs, progress }) {
    const trained = await openTrained(inputs);
    const { setting, train, test, iterations, coordinates, record, engine, basis, trainProducts } = trained;
    const losses = await lossesAt(iterations, inputs.curve);
    const testOf =
      record.model === 'diffusion'
        ? testDenoisingLoss(engine, forwardStep(record.t), basis, test)
        : testAccuracy(engine, record.m, basis, test);
    const rows: v.InferInput<typeof alignmentRow>[] = [];
    for (const [k, matrix] of coordinates.entries()) {
      const { projections, performance } = engine.tidy(() => {
        const weights = engine.upload(matrix);
        return { projections: engine.matMul(weights, trainProducts), performance: testOf(weights) };
      });
      const learned = alignmentsOf(engine.download(projections), train.signals.rows);
      engine.dispose(projections);
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
    await writeTable(outputs.table, alignmentRow, rows);
  },
});

/** The loss at each recorded iteration, without its constant. */
async function lossesAt(iterations: Int32Array, curvePath: string): Promise<number[]> {
  const losses = new Map(
    (await readTable([curvePath], curveRow)).map(({ iteration, excess_loss }) => [iteration, excess_loss]),
  );
  return Array.from(iterations, (iteration) => {
    const loss = losses.get(iteration);
    if (loss === undefined)
      throw new StageError(`${curvePath} has no iteration ${iteration}, but the checkpoints have`);
    return loss;
  });
}
