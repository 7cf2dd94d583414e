import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StageError } from '../../engine/kind.ts';
import alignments from '../../stages/alignments.ts';
import compileKernel from '../../stages/compile-kernel.ts';
import convergence from '../../stages/convergence.ts';
import { alignmentRow } from '../../stages/formats/alignments.ts';
import { readCheckpoints } from '../../stages/formats/checkpoints.ts';
import { convergenceRow } from '../../stages/formats/convergence.ts';
import { curveRow } from '../../stages/formats/curve.ts';
import { readDataset } from '../../stages/formats/dataset.ts';
import { readTable } from '../../stages/formats/table.ts';
import { readTrainingRecord } from '../../stages/formats/training-record.ts';
import syntheticData from '../../stages/synthetic-data.ts';
import trainClassifier from '../../stages/train-classifier.ts';
import trainDiffusion from '../../stages/train-diffusion.ts';
import { runKind } from './run-kind.ts';

const folder = await mkdtemp(join(tmpdir(), 'training-test-'));
const path = (name: string) => join(folder, name);
afterAll(() => rm(folder, { recursive: true }));

const SHARED = { engine: 'portable', m: 4, sigma0: 0.001, recordsPerDecade: 8, seed: 3 } as const;
const STATIONARITY = { gradientRatio: 1e-4, growth: 10 };
const DIFFUSION = { ...SHARED, t: 0.2, step: 0.02, maxIterations: 5000, stationarity: STATIONARITY };
const CLASSIFIER = { ...SHARED, step: 0.1, maxIterations: 500 };

const inputs = { dataset: path('dataset.safetensors'), kernel: path('float32.wasm'), spanKernel: path('float64.wasm') };
const measuring = { dataset: inputs.dataset, kernel: inputs.spanKernel };

const outputsOf = (name: string) => ({
  checkpoints: path(`${name}.safetensors`),
  curve: path(`${name}.csv`),
  record: path(`${name}.json`),
});

/** Trains a diffusion model and measures its alignments. */
async function diffusion(name: string, params: Partial<typeof DIFFUSION> = {}) {
  const outputs = outputsOf(name);
  await runKind(trainDiffusion, { ...DIFFUSION, ...params }, inputs, outputs);
  const table = path(`${name}.alignments.csv`);
  await runKind(alignments, {}, { ...measuring, ...outputs }, { table });
  return { ...outputs, table };
}

beforeAll(async () => {
  await runKind(compileKernel, { precision: 'float32' }, {}, { kernel: inputs.kernel });
  await runKind(compileKernel, { precision: 'float64' }, {}, { kernel: measuring.kernel });
  const params = { nsnr2: 3, n: 8, d: 60, sigma: 1, seed: 3, testSamples: 20 };
  await runKind(syntheticData, params, {}, { dataset: inputs.dataset });
});

describe('synthetic-data', () => {
  it('writes a training and a test part with their setting', async () => {
    const { setting, train, test } = await readDataset(inputs.dataset);
    expect(setting).toEqual({ dataset: 'synthetic', snr: Math.sqrt(3 / 8), nsnr2: 3, seed: 3 });
    expect([train.noises.rows, test.noises.rows]).toEqual([8, 20]);
    expect(test.signals).toEqual(train.signals);
    expect(test.noises.values.slice(0, 60)).not.toEqual(train.noises.values.slice(0, 60));
  });
});

describe('train-diffusion and alignments', () => {
  it('writes checkpoints, curve, record and alignments of the same iterations', async () => {
    const outputs = await diffusion('diffusion');
    const { iterations, coordinates, basis } = await readCheckpoints(outputs.checkpoints);
    const curve = await readTable([outputs.curve], curveRow);
    const table = await readTable([outputs.table], alignmentRow);
    const record = await readTrainingRecord(outputs.record);
    expect(curve.map(({ iteration }) => iteration)).toEqual(Array.from(iterations));
    expect(table.map(({ iteration }) => iteration)).toEqual(Array.from(iterations));
    expect([basis.rows, basis.columns]).toEqual([2 + 8 + 4, 60]);
    expect([coordinates[0].rows, coordinates[0].columns]).toEqual([4, 2 + 8 + 4]);
    expect(iterations.at(-1)).toBe(record.iterations);
    expect(record.stoppedBy).toBe('stationary');
    expect(record.loss).toBeCloseTo(60 + record.excessLoss, 10);
    expect(curve.at(-1)?.excess_loss).toBe(record.excessLoss);
    expect(curve.at(-1)?.gradient_norm).toBe(record.gradientNorm.final);
    expect(table.at(-1)?.loss).toBe(record.excessLoss);
    expect(table.at(-1)?.test).toBeGreaterThan(record.excessLoss);
    expect(table.at(-1)?.signal_max).toBeGreaterThan(10 * (table[0]?.signal_max ?? 0));
  });

  it('writes the same bytes again', async () => {
    const first = await diffusion('first', { maxIterations: 200 });
    const second = await diffusion('second', { maxIterations: 200 });
    for (const output of ['checkpoints', 'curve', 'record', 'table'] as const) {
      expect(await readFile(second[output])).toEqual(await readFile(first[output]));
    }
  });

  it('reports how far it is', async () => {
    const reports = await runKind(trainDiffusion, { ...DIFFUSION, maxIterations: 120 }, inputs, outputsOf('reports'));
    expect(reports.map(({ done }) => done)).toEqual([0, 50, 100]);
    expect(reports[2]).toMatchObject({
      total: 120,
      unit: 'iterations',
      note: expect.stringMatching(/^loss − constant -4\.79/),
    });
  });

  it('fails with the setting in its message when the training diverges', async () => {
    const training = runKind(trainDiffusion, { ...DIFFUSION, sigma0: 1e200 }, inputs, outputsOf('diverged'));
    await expect(training).rejects.toThrow(StageError);
    await expect(training).rejects.toThrow(/synthetic data of n·SNR² = 3, seed 3, diverged: the loss at the start is/);
  });

  it('says which file it is when the record is damaged', async () => {
    await writeFile(path('damaged.json'), '{}');
    await expect(readTrainingRecord(path('damaged.json'))).rejects.toThrow(/damaged.json is not a training record/);
  });
});

describe('train-classifier', () => {
  it('trains for the iterations that it was told, and its alignments hold the test accuracy', async () => {
    const outputs = outputsOf('classifier');
    await runKind(trainClassifier, CLASSIFIER, inputs, outputs);
    const table = path('classifier.alignments.csv');
    await runKind(alignments, {}, { ...measuring, ...outputs }, { table });
    const record = await readTrainingRecord(outputs.record);
    expect(record).toMatchObject({ model: 'classifier', iterations: 500, stoppedBy: 'iteration-limit' });
    expect(record.loss).toBe(record.excessLoss);
    expect(record.loss).toBeLessThan(0.1);
    const rows = await readTable([table], alignmentRow);
    expect(rows[0].loss).toBeCloseTo(Math.LN2, 3);
    expect(rows.at(-1)?.test).toBeGreaterThan(0.7);
  });
});

describe('convergence', () => {
  it('has a row a training, with the ratio at half the step where that was run', async () => {
    const whole = await diffusion('whole');
    const half = await diffusion('half', { step: 0.01, maxIterations: 10000 });
    const output = path('convergence.csv');
    const main = { records: [whole.record], alignments: [whole.table] };
    const again = { halfStepRecords: [half.record], halfStepAlignments: [half.table] };
    await runKind(convergence, {}, { ...main, ...again }, { table: output });
    const [row] = await readTable([output], convergenceRow);
    expect(row).toMatchObject({ nsnr2: 3, seed: 3, stopped_by: 'stationary', halvings: 0 });
    expect(row).toMatchObject({ model: 'diffusion', dataset: 'synthetic', n: 8, d: 60, m: 4, t: 0.2 });
    expect(row.gradient_norm_ratio).toBeLessThan(1e-4);
    expect(Math.abs((row.ratio_max_half_step ?? 0) / row.ratio_max - 1)).toBeLessThan(0.02);

    await runKind(convergence, {}, { ...main, halfStepRecords: [], halfStepAlignments: [] }, { table: output });
    const [alone] = await readTable([output], convergenceRow);
    expect(alone.ratio_max_half_step).toBeUndefined();

    const notHalf = { halfStepRecords: main.records, halfStepAlignments: main.alignments };
    await expect(runKind(convergence, {}, { ...main, ...notHalf }, { table: output })).rejects.toThrow(
      'is not half of',
    );
    const swapped = { ...main, alignments: [half.table] };
    await expect(runKind(convergence, {}, { ...swapped, ...again }, { table: output })).rejects.toThrow(
      'are of different trainings',
    );
  });
});
