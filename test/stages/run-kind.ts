import type { z } from 'zod';
import type { InputPaths, InputTypes, Kind, OutputPaths, OutputTypes, Progress } from '../../engine/kind.ts';

/**
 * Runs one stage by itself.
 * @returns its reports of progress.
 */
export async function runKind<Schema extends z.ZodObject, Inputs extends InputTypes, Outputs extends OutputTypes>(
  kind: Kind<Schema, Inputs, Outputs>,
  params: z.input<Schema>,
  inputs: InputPaths<Inputs>,
  outputs: OutputPaths<Outputs>,
): Promise<Progress[]> {
  const reports: Progress[] = [];
  await kind.run({
    params: kind.params.parse(params),
    inputs,
    outputs,
    options: {},
    progress: async (report) => void reports.push(report),
    log: () => {},
  });
  return reports;
}
