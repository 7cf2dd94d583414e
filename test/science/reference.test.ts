import { describe, expect, it } from 'vitest';
import { type LabelledPatches, logisticObjective, secondLayer } from '../../science/classifier.ts';
import { denoisingObjective, denoisingTask } from '../../science/diffusion.ts';
import { forwardStep } from '../../science/forward-step.ts';
import { gradientDescent, type Objective } from '../../science/gradient-descent.ts';
import { type Matrix, stackRows } from '../../science/matrix.ts';
import type { BackendMatrix, MatrixBackend } from '../../science/matrix-backend.ts';
import { openPortableBackend } from '../../science/portable-backend.ts';
import { spanOf } from '../../science/span.ts';
import classifierCases from '../reference/classifier.json' with { type: 'json' };
import diffusionCases from '../reference/diffusion.json' with { type: 'json' };
import { type TestedBackend, testedBackends } from './backends.ts';
import { gradientInSpace, matrixFrom, matrixOfRows, naiveProduct, relativeError } from './naive.ts';

const { sin, cos } = Math;

const spanBackend = openPortableBackend('float64');

interface Expected {
  readonly loss: number;
  readonly gradient: Matrix;
  readonly step: number;
  readonly losses: readonly number[];
  readonly weights: Matrix;
}

/** Descends as the reference did, and compares all along. */
async function expectTrajectory(
  { open, tolerance }: TestedBackend,
  start: Matrix,
  patches: Matrix,
  makeObjective: (backend: MatrixBackend, X: BackendMatrix) => Objective,
  constant: number,
  expected: Expected,
) {
  const backend = await open();
  const span = spanOf(spanBackend, patches, start);
  const objective = makeObjective(backend, backend.upload(span.patches));

  const { excessLoss, gradient } = objective.evaluate(backend, backend.upload(span.start));
  expect(Math.abs(constant + excessLoss() - expected.loss) / expected.loss).toBeLessThan(tolerance);
  expect(relativeError(gradientInSpace(backend.download(gradient), span.basis), expected.gradient)).toBeLessThan(
    tolerance,
  );

  const maxIterations = expected.losses.length;
  // So many records a decade that every iteration is recorded.
  const rule = { step: expected.step, maxIterations, stationarity: undefined, recordsPerDecade: 100 };
  const { records, halvings } = await gradientDescent(backend, span.start, objective, rule, async () => {});
  expect(halvings).toEqual([]);
  expect(records.map(({ iteration }) => iteration)).toEqual(Array.from({ length: maxIterations + 1 }, (_, k) => k));
  expected.losses.forEach((loss, k) => {
    expect(Math.abs(constant + records[k].excessLoss - loss) / loss).toBeLessThan(tolerance);
  });
  const final = naiveProduct(records[maxIterations].weights, span.basis);
  expect(relativeError(final, expected.weights)).toBeLessThan(tolerance);
}

describe.each(await testedBackends())('the backend $name', (tested) => {
  describe.skipIf(!tested.available)('follows the reference', () => {
    it.each(diffusionCases)('of the diffusion model, case $name', async (given) => {
      const { m, d, scale, patches, t, multiplicity, gradientDescent: descent } = given;
      const start = matrixFrom(m, d, (r, j) => scale * cos(2 + 3 * (r * d + j)));
      const distinct = matrixFrom(patches, d, (i, j) => sin(1 + i * d + j));
      await expectTrajectory(
        tested,
        start,
        distinct,
        (backend, X) =>
          denoisingObjective(backend, denoisingTask(backend, forwardStep(t), Float64Array.from(multiplicity)), X),
        d,
        {
          loss: given.loss,
          gradient: matrixOfRows(given.gradient),
          step: descent.step,
          losses: descent.losses,
          weights: matrixOfRows(descent.weights),
        },
      );
    });

    it.each(classifierCases)('of the classifier, case $name', async (given) => {
      const { n, m, d, scale, gradientDescent: descent } = given;
      const start = stackRows(
        matrixFrom(m, d, (r, j) => scale * cos(2 + 3 * (r * d + j))),
        matrixFrom(m, d, (r, j) => scale * sin(7 + 2 * (r * d + j))),
      );
      const patches = stackRows(
        matrixFrom(n, d, (i, j) => sin(1 + i * d + j)),
        matrixFrom(n, d, (i, j) => cos(5 + i * d + 2 * j)),
      );
      const data: LabelledPatches = {
        places: [0, n].map((first) => Int32Array.from({ length: n }, (_, i) => first + i)),
        labels: Int32Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 1 : -1)),
      };
      await expectTrajectory(
        tested,
        start,
        patches,
        (backend, X) => logisticObjective(backend, backend.upload(secondLayer(m)), data, X),
        0,
        {
          loss: given.loss,
          gradient: matrixOfRows([...given.gradientPlus, ...given.gradientMinus]),
          step: descent.step,
          losses: descent.losses,
          weights: matrixOfRows([...descent.weightsPlus, ...descent.weightsMinus]),
        },
      );
    });
  });
});
