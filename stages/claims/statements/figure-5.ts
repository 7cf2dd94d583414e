import type { MeanFieldRow } from '../../formats/mean-field.ts';
import type { Claim, Measure } from '../claim.ts';
import { atMost } from '../criterion.ts';
import { highClassifierTest, lowClassifierTest } from '../headline-measures.ts';
import { lossLeft } from '../measures.ts';

/** Low SNR memorises and high SNR generalises, on synthetic data with both SNRs. */
export function figure5Claims(low: number, high: number): Claim[] {
  const classifier = [
    { name: 'low', nsnr2: low, does: 'memorises: on test samples it is at chance', test: lowClassifierTest(low) },
    { name: 'high', nsnr2: high, does: 'generalises to test samples', test: highClassifierTest(high) },
  ];
  return classifier.flatMap(classifierClaims);
}

interface Setting {
  readonly name: string;
  readonly nsnr2: number;
  /** What the classifier does there, in words. */
  readonly does: string;
  /** What decides whether it does. */
  readonly test: Measure;
}

function classifierClaims({ name, nsnr2, does, test }: Setting): Claim[] {
  return [
    {
      id: `${name}-classifier-loss`,
      origin: 'paper',
      statement: `At n·SNR² = ${nsnr2}, the classifier fits its training set.`,
      source: 'Figure 5',
      statistic: 'training loss at the end, by that at the start',
      criterion: atMost(0.1),
      group: 'synthetic',
      ofSeed: (runs) => lossLeft(runs.rows('classifier', { nsnr2 })),
    },
    {
      ...test,
      origin: 'paper',
      statement: `At n·SNR² = ${nsnr2}, the classifier ${does}.`,
      source: 'Figure 5; TL;DR, high n·SNR² favors signal learning and low n·SNR² memorizing noise',
      statistic: 'test accuracy when training ends',
    },
  ];
}

/**
 * What of the test loss of the diffusion model is owed to the signal, which it has seen, and what to unseen noise. Declared
 * after a look at their sum.
 */
export function denoisingClaims(low: number, high: number): Claim<readonly MeanFieldRow[]>[] {
  const parts = [
    { part: 'signal', what: 'the signals', column: 'test_signal' },
    { part: 'noise', what: 'unseen noise', column: 'test_noise' },
  ] as const;
  return [
    { name: 'low', nsnr2: low },
    { name: 'high', nsnr2: high },
  ].flatMap(({ name, nsnr2 }) =>
    parts.map(({ part, what, column }) => ({
      id: `${name}-diffusion-test-${part}`,
      origin: 'extension',
      statement: `At n·SNR² = ${nsnr2}, the diffusion model denoises ${what} of test samples better than predicting nothing.`,
      source: 'our question, not in the paper',
      statistic: `test denoising loss of the ${part} patches without its constant, the loss at W = 0, when training ends`,
      criterion: atMost(0),
      group: 'syntheticEnds',
      ofSeed(rows) {
        const row = rows.find((row) => row.nsnr2 === nsnr2);
        return row === undefined ? Number.NaN : row[column];
      },
    })),
  );
}
