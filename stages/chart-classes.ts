import { groups, sort } from 'd3-array';
import * as v from 'valibot';
import { defineKind, many, StageError } from '../engine/kind.ts';
import { bandOf, bandsAlong } from '../science/bands.ts';
import { type Axis, logAxis } from './figure/axis.ts';
import { endingOf } from './figure/ending.ts';
import { LEARNING, LEARNING_TITLE, NOISE, SIGNAL } from './figure/learning.ts';
import { type Mark, rangeMarks } from './figure/panel.ts';
import { seedCount } from './figure/seed-count.ts';
import { chartFile } from './formats/chart.ts';
import { type ClassAlignmentRow, classAlignmentTable } from './formats/class-alignments.ts';
import { trainingRecordFile } from './formats/training-record.ts';
import { capitalized, inWords } from './in-words.ts';

const HEIGHT = 115;
/** How far apart signal and noise of a class are drawn. */
const OFFSET = 0.12;

/** Figure A7: signal and noise learning of each of more than two classes, over the iterations and at the end. */
export default defineKind({
  name: 'chart-classes',
  module: import.meta.url,
  light: true,
  params: v.strictObject({}),
  inputs: {
    alignments: many(classAlignmentTable),
    /** Of the trainings of the diffusion model. */
    records: many(trainingRecordFile),
  },
  outputs: { chart: chartFile },
  run({ inputs }) {
    // A logarithmic axis has no place for iteration 0.
    const rows = inputs.alignments.flat().filter(({ iteration }) => iteration > 0);
    const models = [
      { name: 'Classifier', rows: rows.filter(({ model }) => model === 'classifier') },
      { name: 'Diffusion model', rows: rows.filter(({ model }) => model === 'diffusion') },
    ].map(({ name, rows }) => ({ name, rows, ends: endsOf(rows) }));
    for (const { name, rows } of models) {
      if (rows.length === 0) throw new StageError(`no training of the ${name.toLowerCase()} is among the inputs`);
    }
    const x = logAxis(
      'iteration',
      rows.map(({ iteration }) => iteration),
    );
    const xClass = classAxis(rows);
    const y = logAxis(
      LEARNING_TITLE,
      rows.flatMap((row) => [row.signal_max, row.noise_max]),
    );
    const yEnd = logAxis(
      LEARNING_TITLE,
      models.flatMap(({ ends }) => ends.flatMap((row) => [row.signal_max, row.noise_max])),
    );
    const classes = new Set(rows.map((row) => row.class)).size;
    const right = bandsAlong(models[0].ends, ({ seed }) => seed, accuracyOf).map(({ mean }) => mean);
    const shows =
      'Signal learning of a class is the largest |⟨w, μ⟩| over all neurons and the training images of the class, ' +
      'noise learning the largest |⟨w, ξ⟩| over their noise patches. (a), (b) Over the iterations, a line a class, ' +
      `means over ${seedCount(rows)} seeds; both axes are logarithmic, from iteration 1 on. (c), (d) When training ` +
      'ends, by class, signal on the left and noise on the right, with the range over the seeds. In the end the ' +
      `classifier gets ${percents(right)} of the test samples right, by chance ${percents([1 / classes])}. ` +
      `Diffusion model: ${endingOf(inputs.records.map(({ stoppedBy }) => ({ stopped_by: stoppedBy })))}`;
    return {
      chart: {
        title: `${capitalized(inWords(classes))} digits, Noisy-MNIST at SNR~ = ${rows[0]?.snr}`,
        shows,
        columns: 2,
        panels: [
          ...models.map(({ name }) => ({ title: name, height: HEIGHT, marks: [classLines(`${name}, curves`, x, y)] })),
          ...models.map(({ name }) => ({
            title: `${name}, at the end`,
            height: HEIGHT,
            marks: rangeMarks(`${name}, end`, xClass, yEnd, LEARNING),
          })),
        ],
        tables: Object.fromEntries(
          models.flatMap(({ name, rows, ends }) => [
            [`${name}, curves`, curveTable(rows)],
            [`${name}, end`, endTable(ends)],
          ]),
        ),
      },
    };
  },
});

/** The rows of the last iteration of every training. */
function endsOf(rows: readonly ClassAlignmentRow[]): ClassAlignmentRow[] {
  return groups(rows, ({ seed }) => seed).flatMap(([, run]) => {
    const last = Math.max(...run.map(({ iteration }) => iteration));
    return run.filter(({ iteration }) => iteration === last);
  });
}

/** Mean signal and noise learning over seeds at the iterations that all of them recorded, by class. */
function curveTable(rows: readonly ClassAlignmentRow[]) {
  const seeds = seedCount(rows);
  return groups(rows, (row) => `${row.class} ${row.iteration}`)
    .filter(([, group]) => group.length === seeds)
    .flatMap(([, group]) => {
      const of = { class: group[0].class, x: group[0].iteration };
      return [
        { quantity: SIGNAL, ...of, mean: bandOf(group.map((row) => row.signal_max)).mean },
        { quantity: NOISE, ...of, mean: bandOf(group.map((row) => row.noise_max)).mean },
      ];
    });
}

function endTable(ends: readonly ClassAlignmentRow[]) {
  const signal = bandsAlong(
    ends,
    (row) => row.class - OFFSET,
    (row) => row.signal_max,
  );
  const noise = bandsAlong(
    ends,
    (row) => row.class + OFFSET,
    (row) => row.noise_max,
  );
  return [
    ...signal.map((band) => ({ quantity: SIGNAL, ...band })),
    ...noise.map((band) => ({ quantity: NOISE, ...band })),
  ];
}

/** A line for each class and quantity. */
function classLines(table: string, x: Axis, y: Axis): Mark {
  return {
    data: { name: table },
    mark: { type: 'line', strokeWidth: 1.2 },
    encoding: {
      x: { ...x, field: 'x' },
      y: { ...y, field: 'mean' },
      ...LEARNING.line,
      detail: { field: 'class', type: 'nominal' },
    },
  };
}

function classAxis(rows: readonly ClassAlignmentRow[]): Axis {
  const classes = sort(new Set(rows.map((row) => row.class)));
  return {
    type: 'quantitative',
    title: 'digit',
    scale: { type: 'linear', domain: [classes[0] - 0.5, classes[classes.length - 1] + 0.5], nice: false, zero: false },
    axis: { values: classes, grid: false, format: 'd' },
  };
}

function accuracyOf({ accuracy, seed }: ClassAlignmentRow): number {
  if (accuracy === undefined)
    throw new StageError(`the training of the classifier of seed ${seed} has no test accuracy`);
  return accuracy;
}

/** Shares as percents, from the least to the largest. */
function percents(shares: readonly number[]): string {
  const [least, largest] = [Math.min(...shares), Math.max(...shares)].map((share) => `${Math.round(100 * share)} %`);
  return least === largest ? least : `${least} to ${largest}`;
}
