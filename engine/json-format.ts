import * as v from 'valibot';
import { defineFormat } from './format.ts';
import { StageError } from './kind.ts';

/**
 * A format of values that a schema describes, as JSON.
 * @throws {StageError} where other bytes are decoded.
 */
export function jsonFormat<const Name extends string, Value>(name: Name, schema: v.GenericSchema<unknown, Value>) {
  return defineFormat({
    name,
    extension: 'json',
    encode: (value: Value) => new TextEncoder().encode(`${JSON.stringify(value)}\n`),
    decode(bytes): Value {
      const parsed = v.safeParse(schema, JSON.parse(new TextDecoder().decode(bytes)));
      if (parsed.success) return parsed.output;
      throw new StageError(`it is no ${name}: ${v.summarize(parsed.issues)}`);
    },
  });
}
