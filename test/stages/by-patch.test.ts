import { describe, expect, it } from 'vitest';
import byPatch from '../../stages/by-patch.ts';
import { byPatchTable } from '../../stages/formats/by-patch.ts';
import syntheticData from '../../stages/synthetic-data.ts';
import trainClassifier from '../../stages/train-classifier.ts';
import trainDiffusion from '../../stages/train-diffusion.ts';
import { runKind } from './run-kind.ts';

const SHARED = { backend: 'portable', m: 6, sigma0: 0.001, recordsPerDecade: 4, seed: 1 } as const;

async function runAt(nsnr2: number, seed: number) {
  const { dataset } = await runKind(syntheticData, { nsnr2, n: 8, d: 120, sigma: 1, seed, testSamples: 20 }, {});
  const stationarity = { gradientRatio: 1e-4, growth: 10 };
  const diffusion = { ...SHARED, t: 0.2, step: 0.02, maxIterations: 3000, stationarity };
  const trained = await runKind(trainDiffusion, diffusion, { dataset });
  const classifier = await runKind(trainClassifier, { ...SHARED, step: 0.1, maxIterations: 500 }, { dataset });
  return { dataset, diffusion: trained.checkpoints, classifier: classifier.checkpoints };
}

describe('by-patch', async () => {
  const { table } = await runKind(byPatch, { t: 0.2, draws: 200 }, { runs: [await runAt(0.1, 1), await runAt(30, 2)] });
  const at = (seed: number, samples: 'training' | 'test', patch: 'image' | 'noise') => {
    const [found, ...more] = table.filter((row) => row.seed === seed && row.samples === samples && row.patch === patch);
    expect(more).toEqual([]);
    return found;
  };

  it('has a row for each run, part and patch', () => {
    expect(table).toHaveLength(8);
    expect(byPatchTable.decode(byPatchTable.encode(table))).toEqual(table);
  });

  it('tells where the classifier looks', () => {
    expect(at(1, 'training', 'noise').gradient).toBeGreaterThan(10 * at(1, 'training', 'image').gradient);
    expect(at(2, 'training', 'image').gradient).toBeGreaterThan(10 * at(2, 'training', 'noise').gradient);
  });

  it('tells what the diffusion model denoises, with an interval around what is expected', () => {
    for (const row of table) {
      const margin = row.gain_high - row.gain_low;
      expect(row.gain).toBeGreaterThan(row.gain_low - margin);
      expect(row.gain).toBeLessThan(row.gain_high + margin);
    }
    expect(at(2, 'test', 'image').gain).toBeGreaterThan(0);
    expect(at(2, 'training', 'noise').gain).toBeGreaterThan(at(2, 'test', 'noise').gain);
  });
});
