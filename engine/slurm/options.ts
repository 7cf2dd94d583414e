import * as v from 'valibot';
import { UsageError } from '../errors.ts';

const count = v.pipe(v.string(), v.regex(/^[1-9]\d{0,5}$/, 'It must be a whole number from 1.'), v.transform(Number));
const word = v.pipe(v.string(), v.regex(/^[^\s-]\S*$/, 'It must be one word.'));

const optionsSchema = v.strictObject({
  partition: v.exactOptional(word),
  account: v.exactOptional(word),
  qos: v.exactOptional(word),
  /** How long an element of an array may take, as `sbatch` reads it: minutes, or hours:minutes:seconds. */
  time: v.exactOptional(word),
  /** The memory of an element, as `sbatch` reads it: 4G. */
  memory: v.exactOptional(word),
  /** How many cores an element has, and how many stages it runs at once. */
  cpus: v.optional(count, '1'),
  /** How many elements an array has at most. */
  array: v.optional(count, '40'),
  /** What starts Node on a node of the cluster. */
  node: v.optional(word, process.execPath),
  /** For how many seconds Slurm may not know a job, or one that has ended may show no result, before it is given up. */
  patience: v.optional(count, '60'),
});

/** How jobs are handed to Slurm, as `--slurm` says. */
export type SlurmOptions = v.InferOutput<typeof optionsSchema>;

const SLURM_OPTIONS = Object.keys(optionsSchema.entries);

/**
 * Reads options such as `partition=short,time=30`.
 * @throws {UsageError} if an option is unknown, or its value is unusable.
 */
export function parseSlurmOptions(text: string): SlurmOptions {
  const given = text.split(',').flatMap((part): [string, string][] => {
    if (part === '') return [];
    const [name = '', ...value] = part.split('=');
    return [[name.trim(), value.join('=').trim()]];
  });
  const unknown = given.find(([name]) => !SLURM_OPTIONS.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`--slurm has no option '${unknown[0]}': there are ${SLURM_OPTIONS.join(', ')}`);
  }
  const parsed = v.safeParse(optionsSchema, Object.fromEntries(given));
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new UsageError(`--slurm ${v.getDotPath(issue)}=${String(issue.input)} is unusable. ${issue.message}`);
}
