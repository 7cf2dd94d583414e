import * as v from 'valibot';
import { ENDINGS } from '../../science/gradient-descent.ts';
import { numeric } from '../schemas.ts';
import { tableFormat } from './table.ts';

const featureRow = v.object({
  model: v.picklist(['diffusion', 'classifier']),
  nsnr2: numeric,
  /** Share of the samples that have the rare feature. */
  share: numeric,
  seed: numeric,
  /** Mean |⟨w, ν⟩|, of the rare feature, by mean |⟨w, μ⟩|, of the easy one, when training ends. */
  rare: numeric,
  stopped_by: v.picklist(ENDINGS),
});

export type FeatureRow = v.InferOutput<typeof featureRow>;

/** How trainings on an easy and a rare feature ended, a row a training. */
export const featureTable = tableFormat('features', featureRow);
