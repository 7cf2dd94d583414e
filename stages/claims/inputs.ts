import { type InputValues, many } from '../../engine/kind.ts';
import { alignmentTable } from '../formats/alignments.ts';
import { byPatchTable } from '../formats/by-patch.ts';
import { classAlignmentTable } from '../formats/class-alignments.ts';
import { conditionalTable } from '../formats/conditional.ts';
import { convergenceTable } from '../formats/convergence.ts';
import { curvatureTable } from '../formats/curvature.ts';
import { featureTable } from '../formats/features.ts';
import { latentTable } from '../formats/latent.ts';
import { marginTable } from '../formats/margins.ts';
import { meanFieldTable } from '../formats/mean-field.ts';
import { trainingRecordFile } from '../formats/training-record.ts';
import { variantTable } from '../formats/variant-alignments.ts';

/** A training that differs from others of its group by what its record says. */
const training = many({ record: trainingRecordFile, alignments: alignmentTable });

/** What the claims are measured over: how trainings ended, how far our choices can move, and the groups by their names. */
export const claimInputs = {
  convergence: convergenceTable,
  margins: many(marginTable),
  synthetic: many(alignmentTable),
  otherStart: many(alignmentTable),
  noisyMnist: many(alignmentTable),
  noisyMnistHigh: many(alignmentTable),
  times: training,
  tenDigits: many(classAlignmentTable),
  tenDigitsHigh: many(classAlignmentTable),
  variants: many(variantTable),
  law: many(meanFieldTable),
  syntheticEnds: many(meanFieldTable),
  sizes: many(meanFieldTable),
  curvature: many(curvatureTable),
  imagesByPatch: many(byPatchTable),
  features: many(featureTable),
  letters: many(featureTable),
  conditional: many(conditionalTable),
  latent: many(latentTable),
};

export type ClaimInputs = InputValues<typeof claimInputs>;
