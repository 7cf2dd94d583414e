/**
 * The groups of trainings that claims are measured over, each an input of the stage. A group without a table is not wired,
 * and the claims about it are not listed.
 */
export const GROUP_NAMES = [
  /** Synthetic data, the whole sweep of n·SNR². */
  'synthetic',
  /** Noisy-MNIST at low SNR~. */
  'noisyMnist',
  /** Noisy-MNIST at high SNR~ (figures A2 and A3). */
  'noisyMnistHigh',
  /** Synthetic data at low and high n·SNR² and several times of the forward step, labelled `t` (figure A4). */
  'times',
  /** Synthetic data at low and high n·SNR² and several sizes, labelled `n` and `d` (figure A5). */
  'sizes',
] as const;

export type GroupName = (typeof GROUP_NAMES)[number];
