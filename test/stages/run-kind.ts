import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import type {
  InputFormats,
  InputValues,
  Kind,
  OutputFormats,
  OutputValues,
  ParamsSchema,
  SourceContext,
} from '../../engine/kind.ts';

/** Runs one stage by itself, with what a run has around it as far as a test needs it. */
export async function runKind<Schema extends ParamsSchema, Inputs extends InputFormats, Outputs extends OutputFormats>(
  kind: Kind<Schema, Inputs, Outputs>,
  params: v.InferInput<Schema>,
  inputs: InputValues<Inputs>,
  around: Partial<Pick<SourceContext<unknown, Inputs>, 'options' | 'progress'>> = {},
): Promise<OutputValues<Outputs>> {
  return kind.run({
    params: v.parse(kind.params, params),
    inputs,
    options: {},
    progress: async () => {},
    log: () => {},
    locate: (specifier) => fileURLToPath(import.meta.resolve(specifier)),
    ...around,
  });
}
