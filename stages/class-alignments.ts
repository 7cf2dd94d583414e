import { sort } from 'd3-array';
import * as v from 'valibot';
import { defineKind } from '../engine/kind.ts';
import { alignmentsOf } from '../science/alignments.ts';
import { labelledPatches, patchScores } from '../science/classifier.ts';
import { type Matrix, row, zeros } from '../science/matrix.ts';
import type { BackendMatrix } from '../science/matrix-backend.ts';
import { classifiedRight, classLayer, classScores } from '../science/softmax-classifier.ts';
import { productsWith } from '../science/test-evaluation.ts';
import { distinctPatches, type TwoPatchSamples } from '../science/two-patch-data.ts';
import { type ClassAlignmentRow, classAlignmentTable } from './formats/class-alignments.ts';
import { datasetFile } from './formats/dataset.ts';
import { learningCells } from './formats/learning.ts';
import { openTrained, trainedGroup } from './trained.ts';

/** Measures signal and noise learning of each class at every recorded iteration; in float64. */
export default defineKind({
  name: 'class-alignments',
  module: import.meta.url,
  params: v.strictObject({}),
  inputs: { dataset: datasetFile, trained: trainedGroup },
  outputs: { table: classAlignmentTable },
  async run({ inputs, progress }) {
    const trained = openTrained(inputs);
    const { setting, train, test, iterations, coordinates, backend, basis, trainProducts } = trained;
    const { model, m } = trained.record;
    const classes = sort(new Set(train.labels));
    const layer = backend.upload(classLayer(m, classes.length));
    const testData = labelledPatches(test);
    const testProducts = productsWith(backend, basis, distinctPatches(test).patches);
    const rightOf = (weights: BackendMatrix) => {
      const { scores } = backend.tidy(() => ({
        scores: patchScores(backend, layer, backend.matMul(weights, testProducts)),
      }));
      const { values } = backend.download(scores);
      backend.dispose(scores);
      return classifiedRight(classScores(classes.length, testData, values), test.labels);
    };
    const rows: ClassAlignmentRow[] = [];
    for (const [k, matrix] of coordinates.entries()) {
      const weights = backend.upload(matrix);
      const projected = backend.matMul(weights, trainProducts);
      const projections = backend.download(projected);
      const right = model === 'classifier' ? rightOf(weights) : undefined;
      backend.dispose(weights, projected);
      for (const label of classes) {
        const { signals, noises } = patchesOfClass(train, label);
        const learned = alignmentsOf(columnsOf(projections, [...signals, ...noises]), signals.length);
        rows.push({
          model,
          ...setting,
          iteration: iterations[k],
          class: label,
          ...learningCells(learned),
          accuracy: right && shareOf(right.filter((_, i) => test.labels[i] === label)),
        });
      }
      await progress({ done: k + 1, total: coordinates.length, unit: 'records' });
    }
    return { table: rows };
  },
});

function shareOf(right: readonly boolean[]): number {
  return right.filter(Boolean).length / right.length;
}

/** The places of the patches of a class among the distinct patches. */
function patchesOfClass({ signals, signalOf, labels }: TwoPatchSamples, label: number) {
  const samples = Array.from(labels.keys()).filter((i) => labels[i] === label);
  return {
    signals: Array.from(new Set(samples.map((i) => signalOf[i]))),
    noises: samples.map((i) => signals.rows + i),
  };
}

/** The matrix of some columns of a matrix. */
function columnsOf(matrix: Matrix, places: readonly number[]): Matrix {
  const selected = zeros(matrix.rows, places.length);
  for (let r = 0; r < matrix.rows; r++) {
    const from = row(matrix, r);
    row(selected, r).set(places.map((place) => from[place]));
  }
  return selected;
}
