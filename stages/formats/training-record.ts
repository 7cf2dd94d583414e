import * as v from 'valibot';
import { ENDINGS } from '../../science/gradient-descent.ts';
import { BACKENDS } from '../../science/open-backend.ts';
import { finite, whole } from '../schemas.ts';
import { settingSchema } from './dataset.ts';
import { jsonFormat } from './json.ts';

const outcomeSchema = v.strictObject({
  setting: settingSchema,
  backend: v.picklist(BACKENDS),
  /** Training samples, and the dimension of their patches. */
  n: whole,
  d: whole,
  /** Neurons: of the diffusion model, or of each of F_{+1} and F_{-1}. */
  m: whole,
  sigma0: finite,
  /** Of the start; that of the data is in the setting. */
  seed: whole,
  /** The first step. */
  step: finite,
  maxIterations: whole,
  iterations: whole,
  stoppedBy: v.picklist(ENDINGS),
  gradientNorm: v.strictObject({ start: finite, max: finite, final: finite }),
  /** Where the loss rose: the iteration whose next step was undone, and the step tried next. */
  halvings: v.array(v.strictObject({ iteration: whole, step: finite })),
  loss: finite,
  /** The loss without its constant. */
  excessLoss: finite,
});

/** What both models record. */
export type TrainingOutcome = v.InferOutput<typeof outcomeSchema>;

const trainingRecordSchema = v.variant('model', [
  v.strictObject({
    ...outcomeSchema.entries,
    model: v.literal('diffusion'),
    /** Time of the forward step. */
    t: finite,
  }),
  v.strictObject({ ...outcomeSchema.entries, model: v.literal('classifier') }),
]);

export type TrainingRecord = v.InferOutput<typeof trainingRecordSchema>;

/** How one training went, and with which choices. */
export const trainingRecordFile = jsonFormat('training-record', trainingRecordSchema, 'a training record');
