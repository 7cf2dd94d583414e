import { readFile, writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import { artifactType, StageError } from '../../engine/kind.ts';
import { ENGINES } from '../../science/open-engine.ts';
import { finite, whole } from '../schemas.ts';
import { settingSchema } from './dataset.ts';
import { numbersInText } from './numbers-in-text.ts';

/** How one training went, and with which choices. */
export const trainingRecordFile = artifactType('training-record', 'json', numbersInText);

const outcomeSchema = v.strictObject({
  setting: settingSchema,
  engine: v.picklist(ENGINES),
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
  stoppedBy: v.picklist(['stationary', 'iteration-limit']),
  gradientNorm: v.strictObject({ start: finite, max: finite, final: finite }),
  /** Where the loss rose: the iteration whose next step was undone, and the step tried next. */
  halvings: v.array(v.strictObject({ iteration: whole, step: finite })),
  loss: finite,
  /** The loss without its constant. */
  excessLoss: finite,
});

/** What both models record. */
export type TrainingOutcome = v.InferOutput<typeof outcomeSchema>;

export const trainingRecordSchema = v.variant('model', [
  v.strictObject({
    ...outcomeSchema.entries,
    model: v.literal('diffusion'),
    /** Time of the forward step. */
    t: finite,
  }),
  v.strictObject({ ...outcomeSchema.entries, model: v.literal('classifier') }),
]);

export type TrainingRecord = v.InferOutput<typeof trainingRecordSchema>;

/** Writes a record as JSON. */
export async function writeTrainingRecord(path: string, record: TrainingRecord): Promise<void> {
  await writeFile(path, `${JSON.stringify(v.parse(trainingRecordSchema, record), null, 2)}\n`);
}

/**
 * Reads a record.
 * @throws {StageError} if the file is damaged.
 */
export async function readTrainingRecord(path: string): Promise<TrainingRecord> {
  const parsed = v.safeParse(trainingRecordSchema, parseJson(await readFile(path, 'utf8')));
  if (!parsed.success) throw new StageError(`${path} is not a training record: ${v.summarize(parsed.issues)}`);
  return parsed.output;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
