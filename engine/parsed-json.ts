import * as v from 'valibot';

/** The value in a text of JSON; undefined if the text is no JSON, or the value does not fit the schema. */
export function parsedJson<Schema extends v.GenericSchema>(
  schema: Schema,
  text: string,
): v.InferOutput<Schema> | undefined {
  try {
    const parsed = v.safeParse(schema, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
