import type * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { StageError } from '../../engine/kind.ts';
import { variantTable } from '../../stages/formats/variant-alignments.ts';
import syntheticData from '../../stages/synthetic-data.ts';
import trainVariant from '../../stages/train-variant.ts';
import { runKind } from './run-kind.ts';

const SYNTHETIC = { nsnr2: 3, n: 6, d: 40, sigma: 1, seed: 3, testSamples: 1 };
const { dataset } = await runKind(syntheticData, SYNTHETIC, {});
const inputs = { dataset };

const DENOISING = {
  variant: 'tested',
  backend: 'portable',
  architecture: 'quadratic',
  objective: 'diffusion',
  times: [0.2],
  sampling: { draws: 1, batch: 6 },
  decoderVariance: 0.01,
  m: 4,
  sigma0: 0.02,
  step: 0.01,
  iterations: 600,
  recordsPerDecade: 6,
  seed: 3,
} satisfies v.InferInput<typeof trainVariant.params>;

async function rowsOf(params: v.InferInput<typeof trainVariant.params>) {
  return (await runKind(trainVariant, params, inputs)).table;
}

describe('train-variant', () => {
  it('records what a drawn training learns, the same again from the same seed', async () => {
    const rows = await rowsOf(DENOISING);
    expect(rows[0]).toMatchObject({ variant: 'tested', nsnr2: 3, seed: 3, iteration: 0 });
    expect(rows.at(-1)?.iteration).toBe(600);
    expect(rows.at(-1)?.noise_max).toBeGreaterThan(2 * rows[0].noise_max);
    expect(variantTable.encode(await rowsOf(DENOISING))).toEqual(variantTable.encode(rows));
    expect(variantTable.decode(variantTable.encode(rows))).toEqual(rows);
    expect((await rowsOf({ ...DENOISING, seed: 4 })).at(-1)?.loss).not.toBe(rows.at(-1)?.loss);
  });

  it('comes near the exact expectation with many draws', async () => {
    const exact = (await rowsOf({ ...DENOISING, sampling: null })).at(-1);
    const drawn = (await rowsOf({ ...DENOISING, sampling: { draws: 20, batch: 6 } })).at(-1);
    expect(Math.abs((drawn?.noise_mean ?? 0) / (exact?.noise_mean ?? 1) - 1)).toBeLessThan(0.1);
    expect(Math.abs((drawn?.signal_mean ?? 0) / (exact?.signal_mean ?? 1) - 1)).toBeLessThan(0.1);
  });

  it('trains classifiers, on clean and on noised samples', async () => {
    const classifier = { ...DENOISING, objective: 'classification', step: 0.1 } as const;
    for (const times of [[], [0.2]]) expect((await rowsOf({ ...classifier, times })).at(-1)?.loss).toBeLessThan(0.1);
  });

  it('refuses an exact expectation that it does not know', async () => {
    const training = rowsOf({ ...DENOISING, architecture: 'relu', sampling: null });
    await expect(training).rejects.toThrow("'tested': no exact expectation is known for the architecture relu");
    const variational = rowsOf({ ...DENOISING, objective: 'variational-autoencoder' });
    await expect(variational).rejects.toThrow("'tested': the variational autoencoder is trained exactly");
  });

  it('refuses a batch of more samples than there are', async () => {
    const training = rowsOf({ ...DENOISING, sampling: { draws: 1, batch: 7 } });
    await expect(training).rejects.toThrow("'tested': a batch of 7 cannot be drawn from 6 samples");
  });

  it('fails with the setting when the training diverges', async () => {
    const training = rowsOf({ ...DENOISING, step: 10 });
    await expect(training).rejects.toThrow(StageError);
    await expect(training).rejects.toThrow(/The training 'tested' at n·SNR² = 3, seed 3, diverged: at iteration \d+/);
  });
});
