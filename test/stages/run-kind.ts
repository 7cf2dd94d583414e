import * as v from 'valibot';
import type {
  InputPaths,
  InputTypes,
  Kind,
  OutputPaths,
  OutputTypes,
  ParamsSchema,
  Progress,
} from '../../engine/kind.ts';

/**
 * Runs one stage by itself.
 * @returns its reports of progress.
 */
export async function runKind<Schema extends ParamsSchema, Inputs extends InputTypes, Outputs extends OutputTypes>(
  kind: Kind<Schema, Inputs, Outputs>,
  params: v.InferInput<Schema>,
  inputs: InputPaths<Inputs>,
  outputs: OutputPaths<Outputs>,
): Promise<Progress[]> {
  const reports: Progress[] = [];
  await kind.run({
    params: v.parse(kind.params, params),
    inputs,
    outputs,
    options: {},
    progress: async (report) => void reports.push(report),
    log: () => {},
  });
  return reports;
}
