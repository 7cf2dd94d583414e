import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { artifactType, StageError } from '../../engine/kind.ts';
import { ENGINES } from '../../science/open-engine.ts';
import { settingSchema } from './dataset.ts';

/** How one training went, and with which choices. */
export const trainingRecordFile = artifactType('training-record', 'json');

const outcomeSchema = z.strictObject({
  setting: settingSchema,
  engine: z.enum(ENGINES),
  /** Training samples, and the dimension of their patches. */
  n: z.int(),
  d: z.int(),
  /** Neurons: of the diffusion model, or of each of F_{+1} and F_{-1}. */
  m: z.int(),
  sigma0: z.number(),
  /** Of the start; that of the data is in the setting. */
  seed: z.int(),
  /** The first step. */
  step: z.number(),
  maxIterations: z.int(),
  iterations: z.int(),
  stoppedBy: z.enum(['stationary', 'iteration-limit']),
  gradientNorm: z.strictObject({ start: z.number(), max: z.number(), final: z.number() }),
  /** Where the loss rose: the iteration whose next step was undone, and the step tried next. */
  halvings: z.array(z.strictObject({ iteration: z.int(), step: z.number() })),
  loss: z.number(),
  /** The loss without its constant. */
  excessLoss: z.number(),
});

/** What both models record. */
export type TrainingOutcome = z.output<typeof outcomeSchema>;

export const trainingRecordSchema = z.discriminatedUnion('model', [
  outcomeSchema.extend({ model: z.literal('diffusion'), /** Time of the forward step. */ t: z.number() }),
  outcomeSchema.extend({ model: z.literal('classifier') }),
]);

export type TrainingRecord = z.output<typeof trainingRecordSchema>;

/** Writes a record as JSON. */
export async function writeTrainingRecord(path: string, record: TrainingRecord): Promise<void> {
  await writeFile(path, `${JSON.stringify(trainingRecordSchema.parse(record), null, 2)}\n`);
}

/**
 * Reads a record.
 * @throws {StageError} if the file is damaged.
 */
export async function readTrainingRecord(path: string): Promise<TrainingRecord> {
  const parsed = trainingRecordSchema.safeParse(parseJson(await readFile(path, 'utf8')));
  if (!parsed.success) throw new StageError(`${path} is not a training record: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
