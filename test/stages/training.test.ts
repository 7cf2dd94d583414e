import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type Progress, StageError } from '../../engine/kind.ts';
import alignments from '../../stages/alignments.ts';
import convergence from '../../stages/convergence.ts';
import endState from '../../stages/end-state.ts';
import { alignmentTable } from '../../stages/formats/alignments.ts';
import { checkpointsFile } from '../../stages/formats/checkpoints.ts';
import { convergenceTable } from '../../stages/formats/convergence.ts';
import { curveTable } from '../../stages/formats/curve.ts';
import { datasetFile } from '../../stages/formats/dataset.ts';
import { endStateTable } from '../../stages/formats/end-states.ts';
import { trainingRecordFile } from '../../stages/formats/training-record.ts';
import meanField from '../../stages/mean-field.ts';
import syntheticData from '../../stages/synthetic-data.ts';
import trainClassifier from '../../stages/train-classifier.ts';
import trainDiffusion from '../../stages/train-diffusion.ts';
import { runKind } from './run-kind.ts';

const SHARED = { backend: 'portable', m: 4, sigma0: 0.001, recordsPerDecade: 8, seed: 3 } as const;
const STATIONARITY = { gradientRatio: 1e-4, growth: 10 };
const DIFFUSION = { ...SHARED, t: 0.2, step: 0.02, maxIterations: 5000, stationarity: STATIONARITY };
const CLASSIFIER = { ...SHARED, step: 0.1, maxIterations: 500 };

const SYNTHETIC = { nsnr2: 3, n: 8, d: 60, sigma: 1, seed: 3, testSamples: 20 };

const { dataset } = await runKind(syntheticData, SYNTHETIC, {});
const inputs = { dataset };

/** Trains a diffusion model and measures its alignments. */
async function diffusion(params: Partial<typeof DIFFUSION> = {}) {
  const trained = await runKind(trainDiffusion, { ...DIFFUSION, ...params }, inputs);
  const { table } = await runKind(alignments, {}, { ...inputs, trained });
  return { ...trained, alignments: table };
}

describe('synthetic-data', () => {
  it('has a training and a test part with their setting', () => {
    const { setting, train, test } = dataset;
    expect(setting).toEqual({ dataset: 'synthetic', snr: Math.sqrt(3 / 8), nsnr2: 3, seed: 3 });
    expect([train.noises.rows, test.noises.rows]).toEqual([8, 20]);
    expect(test.signals).toEqual(train.signals);
    expect(test.noises.values.slice(0, 60)).not.toEqual(train.noises.values.slice(0, 60));
  });

  it('is a file that holds all of it', () => {
    expect(datasetFile.decode(datasetFile.encode(dataset))).toEqual(dataset);
  });
});

describe('train-diffusion and alignments', () => {
  it('has checkpoints, curve, record and alignments of the same iterations', async () => {
    const { checkpoints, curve, record, alignments: table } = await diffusion();
    const { iterations, coordinates, basis } = checkpoints;
    expect(curve.map(({ iteration }) => iteration)).toEqual(Array.from(iterations));
    expect(table.map(({ iteration }) => iteration)).toEqual(Array.from(iterations));
    expect([basis.rows, basis.columns]).toEqual([2 + 8 + 4, 60]);
    expect(coordinates.at(0)).toMatchObject({ rows: 4, columns: 2 + 8 + 4 });
    expect(iterations.at(-1)).toBe(record.iterations);
    expect(record.stoppedBy).toBe('stationary');
    expect(record.loss).toBeCloseTo(60 + record.excessLoss, 10);
    expect(curve.at(-1)?.excess_loss).toBe(record.excessLoss);
    expect(curve.at(-1)?.gradient_norm).toBe(record.gradientNorm.final);
    expect(table.at(-1)?.loss).toBe(record.excessLoss);
    expect(table.at(-1)?.test).toBeGreaterThan(record.excessLoss);
    expect(table.at(-1)?.signal_max).toBeGreaterThan(10 * (table[0]?.signal_max ?? 0));
  });

  it('gives the same bytes again', async () => {
    const [first, second] = [await diffusion({ maxIterations: 200 }), await diffusion({ maxIterations: 200 })];
    const bytesOf = ({ checkpoints, curve, record, alignments }: typeof first) => [
      checkpointsFile.encode(checkpoints),
      curveTable.encode(curve),
      trainingRecordFile.encode(record),
      alignmentTable.encode(alignments),
    ];
    expect(bytesOf(second)).toEqual(bytesOf(first));
  });

  it('gives files that hold all of it, the coordinates in float32', async () => {
    const { checkpoints, curve, record, alignments } = await diffusion({ maxIterations: 200 });
    const rounded = ({ values, ...size }: typeof checkpoints.basis) => ({ ...size, values: values.map(Math.fround) });
    const { iterations, basis, coordinates } = checkpointsFile.decode(checkpointsFile.encode(checkpoints));
    expect({ iterations, basis }).toEqual({ iterations: checkpoints.iterations, basis: rounded(checkpoints.basis) });
    const expected = Array.from(checkpoints.coordinates.entries(), ([, matrix]) => rounded(matrix));
    expect([...coordinates.entries()]).toEqual([...expected.entries()]);
    expect(coordinates).toHaveLength(expected.length);
    for (const k of [0, -1, -expected.length, expected.length, -expected.length - 1])
      expect(coordinates.at(k)).toEqual(expected.at(k));
    expect(curveTable.decode(curveTable.encode(curve))).toEqual(curve);
    expect(trainingRecordFile.decode(trainingRecordFile.encode(record))).toEqual(record);
    expect(alignmentTable.decode(alignmentTable.encode(alignments))).toEqual(alignments);
  });

  it('reports how far it is', async () => {
    const reports: Progress[] = [];
    const progress = async (report: Progress) => void reports.push(report);
    await runKind(trainDiffusion, { ...DIFFUSION, maxIterations: 120 }, inputs, { progress });
    expect(reports.map(({ done }) => done)).toEqual([0, 50, 100]);
    expect(reports[2]).toMatchObject({
      total: 120,
      unit: 'iterations',
      note: expect.stringMatching(/^loss − constant -4\.79/),
    });
  });

  it('fails with the setting in its message when the training diverges', async () => {
    const training = runKind(trainDiffusion, { ...DIFFUSION, sigma0: 1e200 }, inputs);
    await expect(training).rejects.toThrow(StageError);
    await expect(training).rejects.toThrow(/synthetic data of n·SNR² = 3, seed 3, diverged: the loss at the start is/);
  });

  it('refuses alignments by a curve that lacks an iteration', async () => {
    const { checkpoints, curve, record } = await diffusion({ maxIterations: 10 });
    const trained = { checkpoints, record, curve: curve.slice(1) };
    await expect(runKind(alignments, {}, { ...inputs, trained })).rejects.toThrow('the curve has no iteration 0');
  });

  it('ends where its end state and its mean field are about', async () => {
    const trained = await diffusion();
    const { table } = await runKind(endState, {}, { ...inputs, trained });
    const last = trained.alignments.at(-1);
    expect(table).toHaveLength(1);
    expect(table[0]).toMatchObject({ n: 8, d: 60, m: 4, t: 0.2, nsnr2: 3, seed: 3, stopped_by: 'stationary' });
    expect(table[0].ratio).toBeCloseTo((last?.signal_mean ?? 0) / (last?.noise_mean ?? 0), 12);
    expect(endStateTable.decode(endStateTable.encode(table))).toEqual(table);
    const beside = await runKind(meanField, { sigma: 1 }, { trainings: [table, table] });
    expect(beside.table).toHaveLength(2);
    expect(beside.table[0].kappa).toBeCloseTo((8 * (1.4918246976412703 - 1)) / 60, 12);
    expect(beside.table[0].ratio / beside.table[0].ratio_mean_field).toBeCloseTo(1, 0);
    expect(beside.table[0].excess_loss / beside.table[0].excess_loss_mean_field).toBeCloseTo(1, 0);
  });

  it.each(['diffusion', 'classifier'])('leaves no tensor of TensorFlow.js behind: %s', async (model) => {
    const train = () =>
      model === 'diffusion'
        ? runKind(trainDiffusion, { ...DIFFUSION, backend: 'tfjs', maxIterations: 3 }, inputs)
        : runKind(trainClassifier, { ...CLASSIFIER, backend: 'tfjs', maxIterations: 3 }, inputs);
    await train();
    const { numTensors } = memory();
    await train();
    expect(memory().numTensors).toBe(numTensors);
  });

  it('declares the packages of a backend that no bundle can hold', () => {
    expect(trainDiffusion.native?.(DIFFUSION)).toBeUndefined();
    for (const backend of ['native', 'tfjs'] as const) {
      const native = trainDiffusion.native?.({ ...DIFFUSION, backend });
      expect(native?.portable).toBe(false);
      expect(native?.packages).toContain('@tensorflow/tfjs-core');
    }
  });
});

describe('train-classifier', () => {
  it('trains for the iterations that it was told, and its alignments hold the test accuracy', async () => {
    const trained = await runKind(trainClassifier, CLASSIFIER, inputs);
    const { table: rows } = await runKind(alignments, {}, { ...inputs, trained });
    const { record } = trained;
    expect(record).toMatchObject({ model: 'classifier', iterations: 500, stoppedBy: 'iteration-limit' });
    expect(record.loss).toBe(record.excessLoss);
    expect(record.loss).toBeLessThan(0.1);
    expect(rows[0].loss).toBeCloseTo(Math.LN2, 3);
    expect(rows.at(-1)?.test).toBeGreaterThan(0.7);
  });
});

describe('convergence', () => {
  it('has a row a training, with the ratio at half the step where that was run', async () => {
    const whole = await diffusion();
    const half = await diffusion({ step: 0.01, maxIterations: 10000 });
    const further = await diffusion({ stationarity: { gradientRatio: 1e-5, growth: 10 } });
    const rowOf = async (halfStep: readonly (typeof half)[], trainings = [whole], tighter = [further]) =>
      (await runKind(convergence, {}, { trainings, halfStep, tighter })).table[0];
    const row = await rowOf([half]);
    expect(row).toMatchObject({ nsnr2: 3, seed: 3, stopped_by: 'stationary', halvings: 0 });
    expect(row).toMatchObject({ model: 'diffusion', dataset: 'synthetic', n: 8, d: 60, m: 4, t: 0.2 });
    expect(row.gradient_norm_ratio).toBeLessThan(1e-4);
    expect(Math.abs((row.ratio_max_half_step ?? 0) / row.ratio_max - 1)).toBeLessThan(0.02);

    expect(Math.abs((row.ratio_max_tighter ?? 0) / row.ratio_max - 1)).toBeLessThan(0.01);
    expect(row.ratio_max_tighter).not.toBe(row.ratio_max);

    const alone = await rowOf([], [whole], []);
    expect([alone.ratio_max_half_step, alone.ratio_max_tighter]).toEqual([undefined, undefined]);
    expect(convergenceTable.decode(convergenceTable.encode([row, alone]))).toEqual([row, alone]);

    await expect(rowOf([whole])).rejects.toThrow('is not half of');
    const mixed = { ...whole, alignments: half.alignments };
    await expect(rowOf([half], [mixed])).rejects.toThrow('are of different trainings');
  });
});

describe('a damaged file is refused', () => {
  const bytesOf = (text: string) => new TextEncoder().encode(text);

  it('as a record', () => {
    for (const text of ['{}', '{', '', 'null']) {
      expect(() => trainingRecordFile.decode(bytesOf(text))).toThrow(StageError);
      expect(() => trainingRecordFile.decode(bytesOf(text))).toThrow(/^it is not a training record/);
    }
  });

  it('as a table', () => {
    for (const text of ['iteration,loss\n1,2\n', 'iteration,loss,excess_loss,gradient_norm,step\n1,2,NaN,4,5\n']) {
      expect(() => curveTable.decode(bytesOf(text))).toThrow(StageError);
      expect(() => curveTable.decode(bytesOf(text))).toThrow(/^it is not the table that it should be/);
    }
    expect(() => curveTable.decode(Uint8Array.of(0xff))).toThrow('it is not a text in UTF-8');
  });

  it('as tensors, wherever it is cut short', () => {
    const bytes = datasetFile.encode(dataset);
    for (const length of [0, 7, 8, 100, bytes.length - 1]) {
      expect(() => datasetFile.decode(bytes.subarray(0, length))).toThrow(StageError);
    }
    expect(() => checkpointsFile.decode(bytes)).toThrow("it has no int32 vector 'iterations'");
  });
});

it('a NaN cannot be written', () => {
  const row = { iteration: 1, loss: Number.NaN, excess_loss: 1, gradient_norm: 1, step: 1 };
  expect(() => curveTable.encode([row])).toThrow(StageError);
});
