import { readFile, writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import { StageError } from '../../engine/kind.ts';

/** The columns of a table. */
export type RowSchema = v.ObjectSchema<v.ObjectEntries, undefined>;

/**
 * Writes rows as CSV with a header, the columns in the order of the schema; opens in pandas.
 * @throws {StageError} if a value does not fit the schema, such as a NaN.
 */
export async function writeTable<Row extends RowSchema>(
  path: string,
  rowSchema: Row,
  rows: readonly v.InferInput<Row>[],
): Promise<void> {
  const columns = Object.keys(rowSchema.entries);
  const checked = parseRows(rowSchema, rows, path);
  const lines = checked.map((row) => columns.map((column) => String(Reflect.get(row, column) ?? '')).join(','));
  await writeFile(path, `${[columns.join(','), ...lines].join('\n')}\n`);
}

/**
 * Reads one or more tables, one below the other.
 * @throws {StageError} if a row does not fit the schema.
 */
export async function readTable<Row extends RowSchema>(
  paths: readonly string[],
  rowSchema: Row,
): Promise<v.InferOutput<Row>[]> {
  const { csvParse } = await import('d3-dsv');
  const tables = await Promise.all(
    paths.map(async (path) => parseRows(rowSchema, csvParse(await readFile(path, 'utf8')), path)),
  );
  return tables.flat();
}

function parseRows<Row extends RowSchema>(
  rowSchema: Row,
  rows: readonly unknown[],
  path: string,
): v.InferOutput<Row>[] {
  const parsed = v.safeParse(v.array(rowSchema), rows);
  if (!parsed.success)
    throw new StageError(`${path} is not the table that it should be: ${v.summarize(parsed.issues)}`);
  return parsed.output;
}
