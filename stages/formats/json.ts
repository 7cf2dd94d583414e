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

/** A table: rows of cells by column. */
export type Cells = readonly Readonly<Record<string, string | number>>[];

/** Indented JSON with tables under a key, after all else; a row is a line. */
export function jsonWithTables(value: object, key: string, tables: Readonly<Record<string, Cells>>): string {
  const texts = Object.entries(tables).map(([name, rows]) => {
    const lines = rows.map((row) => `      ${JSON.stringify(row)}`);
    return `    ${JSON.stringify(name)}: [\n${lines.join(',\n')}\n    ]`;
  });
  const head = JSON.stringify({ ...value, [key]: undefined }, null, 2).replace(/\n\}$/, '');
  return `${head},\n  "${key}": {\n${texts.join(',\n')}\n  }\n}\n`;
}

/** The value that a text of JSON states; undefined if it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
