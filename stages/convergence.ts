import * as v from 'valibot';
import { defineKind, many, StageError } from '../engine/kind.ts';
import { earlyPhaseRatio } from '../science/early-phase.ts';
import { type AlignmentRow, alignmentRow, alignmentTable } from './formats/alignments.ts';
import { convergenceRow, convergenceTable } from './formats/convergence.ts';
import { readTable, writeTable } from './formats/table.ts';
import { readTrainingRecord, type TrainingRecord, trainingRecordFile } from './formats/training-record.ts';

/** Tabulates how the trainings ended, and how the ratio comes out with half the step (paper.md §2). */
export default defineKind({
  name: 'convergence',
  module: import.meta.url,
  params: v.strictObject({}),
  inputs: {
    records: many(trainingRecordFile),
    alignments: many(alignmentTable),
    /** The same trainings, or some of them, from half the first step. */
    halfStepRecords: many(trainingRecordFile),
    halfStepAlignments: many(alignmentTable),
  },
  outputs: { table: convergenceTable },
  async run({ inputs, outputs }) {
    const trainings = await readTrainings(inputs.records, inputs.alignments);
    const halfStep = new Map(
      (await readTrainings(inputs.halfStepRecords, inputs.halfStepAlignments)).map((training) => [
        keyOf(training.record),
        training,
      ]),
    );
    const rows = trainings.map(({ record, run, last }) => {
      const again = halfStep.get(keyOf(record));
      if (again !== undefined && again.record.step !== record.step / 2) {
        throw new StageError(
          `${keyOf(record)}: the step of the second training, ${again.record.step}, is not half of ${record.step}`,
        );
      }
      return convergenceRowOf({ record, run, last }, again && ratioMax(again.last));
    });
    await writeTable(outputs.table, convergenceRow, rows);
  },
});

interface FinishedTraining {
  readonly record: TrainingRecord;
  /** Its rows of the alignment table. */
  readonly run: readonly AlignmentRow[];
  /** The row of its last iteration. */
  readonly last: AlignmentRow;
}

async function readTrainings(
  recordPaths: readonly string[],
  alignmentPaths: readonly string[],
): Promise<FinishedTraining[]> {
  return Promise.all(
    recordPaths.map(async (recordPath, i) => {
      const record = await readTrainingRecord(recordPath);
      const run = await readTable(alignmentPaths.slice(i, i + 1), alignmentRow);
      const last = run.at(-1);
      const belongs =
        last?.iteration === record.iterations && keyOf({ model: last.model, setting: last }) === keyOf(record);
      if (last === undefined || !belongs) {
        throw new StageError(
          `${recordPath} and ${alignmentPaths[i]} are of different trainings: wire them in the same order`,
        );
      }
      return { record, run, last };
    }),
  );
}

/** Which training it is, of those in the table. */
function keyOf({ model, setting }: Pick<TrainingRecord, 'model' | 'setting'>): string {
  return `${model}, ${setting.dataset}, n·SNR² = ${setting.nsnr2}, seed ${setting.seed}`;
}

function convergenceRowOf(
  { record, run, last }: FinishedTraining,
  halfStepRatio: number | undefined,
): v.InferInput<typeof convergenceRow> {
  return {
    model: record.model,
    dataset: record.setting.dataset,
    n: record.n,
    d: record.d,
    m: record.m,
    t: record.model === 'diffusion' ? record.t : undefined,
    nsnr2: record.setting.nsnr2,
    seed: record.setting.seed,
    iterations: record.iterations,
    stopped_by: record.stoppedBy,
    gradient_norm: record.gradientNorm.final,
    gradient_norm_ratio: record.gradientNorm.final / record.gradientNorm.max,
    halvings: record.halvings.length,
    final_step: record.halvings.at(-1)?.step ?? record.step,
    ratio_early: earlyPhaseRatio(run.map((row) => ({ signal: row.signal_mean, noise: row.noise_mean }))),
    ratio_max: ratioMax(last),
    ratio_mean: last.signal_mean / last.noise_mean,
    ratio_max_half_step: halfStepRatio,
    excess_loss: record.excessLoss,
  };
}

function ratioMax({ signal_max, noise_max }: AlignmentRow): number {
  return signal_max / noise_max;
}
