import * as v from 'valibot';
import { defineFormat, type Format } from '../../engine/format.ts';
import { StageError } from '../../engine/kind.ts';
import { decodeText, encodeText, numbersInText } from './text.ts';

/**
 * A format of indented JSON for people to read, the keys in the order of the schema. Unlike with `jsonFormat` of the
 * engine, what is encoded is checked, too.
 * @param what The value, for the message if it is none, e.g. `a training record`.
 */
export function jsonFormat<const Name extends string, Schema extends v.GenericSchema>(
  name: Name,
  schema: Schema,
  what: string,
): Format<Name, v.InferOutput<Schema>> {
  const checked = (value: unknown) => {
    const parsed = v.safeParse(schema, value);
    if (!parsed.success) throw new StageError(`it is not ${what}: ${v.summarize(parsed.issues)}`);
    return parsed.output;
  };
  return defineFormat({
    name,
    extension: 'json',
    encode: (value: v.InferOutput<Schema>) => encodeText(`${JSON.stringify(checked(value), null, 2)}\n`),
    decode: (bytes) => checked(parseJson(decodeText(bytes))),
    numbers: numbersInText,
  });
}

/** The value that a text of JSON states; undefined if it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
