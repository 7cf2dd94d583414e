import type { AlignmentRow } from '../../stages/formats/alignments.ts';
import type { ClassAlignmentRow } from '../../stages/formats/class-alignments.ts';
import type { ConvergenceRow } from '../../stages/formats/convergence.ts';
import type { MeanFieldRow } from '../../stages/formats/mean-field.ts';
import type { TrainingRecord } from '../../stages/formats/training-record.ts';

/** Made-up trainings of both models with three seeds each, which grow from a small start and stop at different iterations. */
export function trainings(dataset: AlignmentRow['dataset'], settings: readonly number[]): AlignmentRow[] {
  return settings.flatMap((nsnr2) =>
    (['classifier', 'diffusion'] as const).flatMap((model) =>
      [1, 2, 3].flatMap((seed) =>
        [0, 1, 2, 5, 10, 20, 50, 100 + seed].map((iteration) => {
          const growth = (1 + iteration) * (1 + seed / 10);
          return {
            model,
            dataset,
            snr: Math.sqrt(nsnr2 / 30),
            nsnr2,
            seed,
            iteration,
            signal_max: 0.01 * nsnr2 * growth,
            signal_mean: 0.005 * nsnr2 * growth,
            noise_max: 0.02 * growth,
            noise_mean: 0.01 * growth,
            loss: 0.7 - 0.006 * iteration * nsnr2,
            test: 0.5 + 0.002 * iteration,
          };
        }),
      ),
    ),
  );
}

/** How the trainings among the rows ended, those of the diffusion model as if at three times t. */
export function convergenceOf(rows: readonly AlignmentRow[]): ConvergenceRow[] {
  return rows
    .filter(({ iteration }) => iteration > 100)
    .flatMap(({ model, dataset, nsnr2, seed, iteration, loss }) =>
      (model === 'diffusion' ? [0.1, 0.2, 0.5] : [undefined]).map((t) => ({
        model,
        dataset,
        n: 30,
        d: 1000,
        m: 20,
        t,
        nsnr2,
        seed,
        iterations: iteration,
        stopped_by: 'stationary' as const,
        gradient_norm: 1e-5,
        gradient_norm_ratio: 1e-5,
        halvings: 0,
        final_step: 0.01,
        ratio_early: nsnr2 / 2,
        ratio_max: 1 + (t ?? 1) * nsnr2 * (1 + seed / 10),
        ratio_mean: 1 + (t ?? 1) * nsnr2,
        excess_loss: loss,
      })),
    );
}

/** Trainings of the diffusion model beside their mean field, two networks and another size; one of them with a neuron of its own. */
export function meanFieldRows(): MeanFieldRow[] {
  return [
    { n: 30, d: 1000, m: 20 },
    { n: 30, d: 1000, m: 5 },
    { n: 10, d: 1000, m: 20 },
  ].flatMap((size) =>
    [0.2, 1.5].flatMap((t) =>
      [0.75, 6.75].flatMap((nsnr2) =>
        [1, 2, 3].map((seed) => ({
          ...size,
          t,
          nsnr2,
          seed,
          iterations: 1000,
          stopped_by: 'stationary' as const,
          ratio: nsnr2 / 2 + seed / 10,
          excess_loss: -8,
          common: seed === 3 && t === 0.2 ? 0.5 : 1,
          outside: 0.8,
          class_gap: 0,
          noise_overlap: 1 + seed / 100,
          test_signal: -5,
          test_noise: 1,
          kappa: t * 10,
          ratio_mean_field: nsnr2 / 2,
          excess_loss_mean_field: -7,
          outside_mean_field: 0.8,
        })),
      ),
    ),
  );
}

/** The trainings by class, each as if it had three. */
export function classesOf(rows: readonly AlignmentRow[]): ClassAlignmentRow[] {
  return rows.flatMap((row) =>
    [0, 1, 2].map((label) => ({
      ...row,
      class: label,
      signal_max: row.signal_max * (1 + label),
      accuracy: row.model === 'classifier' ? 0.5 : undefined,
    })),
  );
}

/** The record of a made-up training of the diffusion model on images, which ended as told. */
export function recordOf(seed: number, stoppedBy: TrainingRecord['stoppedBy']): TrainingRecord {
  return {
    model: 'diffusion',
    setting: { dataset: 'noisy-mnist', snr: 0.1, nsnr2: 1, seed },
    backend: 'portable',
    ...{ n: 100, d: 784, m: 20, t: 0.2, sigma0: 0.01, seed, step: 0.1, maxIterations: 200, iterations: 200 },
    stoppedBy,
    gradientNorm: { start: 1, max: 2, final: 0.1 },
    halvings: [],
    loss: 1,
    excessLoss: -1,
  };
}
