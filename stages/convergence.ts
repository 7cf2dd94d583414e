import * as v from 'valibot';
import { defineKind, many, StageError } from '../engine/kind.ts';
import { earlyPhaseRatio } from '../science/early-phase.ts';
import { type AlignmentRow, alignmentTable } from './formats/alignments.ts';
import { type ConvergenceRow, convergenceTable } from './formats/convergence.ts';
import { type TrainingRecord, trainingRecordFile } from './formats/training-record.ts';

/** One training: how it went, and what it learned. */
const training = { record: trainingRecordFile, alignments: alignmentTable };

/** Tabulates how trainings ended, and what the ratio is with half the step and at a smaller gradient (paper.md §2). */
export default defineKind({
  name: 'convergence',
  module: import.meta.url,
  light: true,
  params: v.strictObject({}),
  inputs: {
    trainings: many(training),
    /** The same trainings, or some of them, from half the first step. */
    halfStep: many(training),
    /** The same trainings, or some of them, to a smaller gradient. */
    tighter: many(training),
  },
  outputs: { table: convergenceTable },
  run({ inputs }) {
    const byKey = (trainings: readonly Training[]) =>
      new Map(trainings.map(finished).map((training) => [keyOf(training.record), training]));
    const [halfStep, tighter] = [byKey(inputs.halfStep), byKey(inputs.tighter)];
    const rows = inputs.trainings.map(finished).map((training) => {
      const key = keyOf(training.record);
      const { step } = training.record;
      const again = halfStep.get(key);
      if (again !== undefined && again.record.step !== step / 2) {
        throw new StageError(`${key}: the step of the second training, ${again.record.step}, is not half of ${step}`);
      }
      const further = tighter.get(key);
      return convergenceRowOf(training, again && ratioMax(again.last), further && ratioMax(further.last));
    });
    return { table: rows };
  },
});

interface Training {
  readonly record: TrainingRecord;
  readonly alignments: readonly AlignmentRow[];
}

interface FinishedTraining extends Training {
  /** The alignments at its last iteration. */
  readonly last: AlignmentRow;
}

function finished({ record, alignments }: Training): FinishedTraining {
  const last = alignments.at(-1);
  const belongs =
    last?.iteration === record.iterations && keyOf({ model: last.model, setting: last }) === keyOf(record);
  if (last === undefined || !belongs) {
    throw new StageError(`${keyOf(record)}: the record and the alignments are of different trainings`);
  }
  return { record, alignments, last };
}

/** Which training it is, of those in the table. */
function keyOf({ model, setting }: Pick<TrainingRecord, 'model' | 'setting'>): string {
  return `${model}, ${setting.dataset}, n·SNR² = ${setting.nsnr2}, seed ${setting.seed}`;
}

function convergenceRowOf(
  { record, alignments, last }: FinishedTraining,
  halfStepRatio: number | undefined,
  tighterRatio: number | undefined,
): ConvergenceRow {
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
    ratio_early: earlyPhaseRatio(alignments.map((row) => ({ signal: row.signal_mean, noise: row.noise_mean }))),
    ratio_max: ratioMax(last),
    ratio_mean: last.signal_mean / last.noise_mean,
    ratio_max_half_step: halfStepRatio,
    ratio_max_tighter: tighterRatio,
    excess_loss: record.excessLoss,
  };
}

function ratioMax({ signal_max, noise_max }: AlignmentRow): number {
  return signal_max / noise_max;
}
