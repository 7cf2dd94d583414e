import { coloredBy } from './look.ts';
import { COLORS } from './theme.ts';

/** What texts call the models. */
export const MODEL_NAMES = { classifier: 'classifier', diffusion: 'diffusion model' } as const;

/** The look of a panel whose curves are of the two models, named in the column `model`. */
export const MODELS = coloredBy('model', {
  [MODEL_NAMES.diffusion]: COLORS.diffusion,
  [MODEL_NAMES.classifier]: COLORS.classifier,
});
