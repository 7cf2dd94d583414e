/**
 * The groups of trainings that claims are measured over, each an input of the stage. A group without a table is not wired,
 * and the claims about it are not listed. First those of alignment tables.
 */
export const ALIGNMENT_GROUPS = [
  /** Synthetic data, the whole sweep of n·SNR². */
  'synthetic',
  /** The classifiers of the whole sweep, from another start. */
  'otherStart',
  /** Noisy-MNIST at low SNR~. */
  'noisyMnist',
  /** Noisy-MNIST at high SNR~ (figures A2 and A3). */
  'noisyMnistHigh',
  /** Synthetic data at low and high n·SNR² and several times t of the forward step (figure A4). */
  'times',
] as const;

/** Groups of tables of signal and noise learning by class. */
export const CLASS_GROUPS = [
  /** Ten digits on Noisy-MNIST at low SNR~ (figure A7a). */
  'tenDigits',
  /** The same at high SNR~ (figure A7b). */
  'tenDigitsHigh',
] as const;

/** Groups of tables of variants. */
export const VARIANT_GROUPS = [
  /** Other ways to train, networks and objectives (figures A6, A8 and A9). */
  'variants',
] as const;

/** Groups of tables of end states beside the mean field. */
export const LAW_GROUPS = [
  /** Synthetic data at the times t of several κ, other n and d, other m (figure A10). */
  'law',
  /** The synthetic data of the whole sweep of n·SNR², of Figure 1. */
  'syntheticEnds',
  /** Synthetic data at low and high n·SNR² and several sizes n and d (figure A5). */
  'sizes',
] as const;

/** Groups of tables of our extensions. */
export const FEATURE_GROUPS = ['features', 'letters'] as const;
export const CONDITIONAL_GROUPS = ['conditional'] as const;
export const LATENT_GROUPS = ['latent'] as const;

/** Groups of tables patch by patch. */
export const PATCH_GROUPS = [
  /** Noisy-MNIST at low SNR~ (figure 3). */
  'imagesByPatch',
] as const;

/** Groups of tables of the curvature. */
export const CURVATURE_GROUPS = [
  /** Synthetic data at low and high n·SNR². */
  'curvature',
] as const;

export const GROUP_NAMES = [
  ...ALIGNMENT_GROUPS,
  ...CLASS_GROUPS,
  ...VARIANT_GROUPS,
  ...LAW_GROUPS,
  ...CURVATURE_GROUPS,
  ...PATCH_GROUPS,
  ...FEATURE_GROUPS,
  ...CONDITIONAL_GROUPS,
  ...LATENT_GROUPS,
] as const;

export type GroupName = (typeof GROUP_NAMES)[number];
