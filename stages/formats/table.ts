import { readFile, writeFile } from 'node:fs/promises';
import { csvParse } from 'd3-dsv';
import { z } from 'zod';
import { StageError } from '../../engine/kind.ts';

/**
 * Writes rows as CSV with a header, the columns in the order of the schema; opens in pandas.
 * @throws {StageError} if a value does not fit the schema, such as a NaN.
 */
export async function writeTable<Row extends z.ZodObject>(
  path: string,
  rowSchema: Row,
  rows: readonly z.input<Row>[],
): Promise<void> {
  const columns = Object.keys(rowSchema.shape);
  const checked = parseRows(rowSchema, rows, path);
  const lines = checked.map((row) => columns.map((column) => String(Reflect.get(row, column) ?? '')).join(','));
  await writeFile(path, `${[columns.join(','), ...lines].join('\n')}\n`);
}

/**
 * Reads one or more tables, one below the other.
 * @throws {StageError} if a row does not fit the schema.
 */
export async function readTable<Row extends z.ZodObject>(
  paths: readonly string[],
  rowSchema: Row,
): Promise<z.output<Row>[]> {
  const tables = await Promise.all(
    paths.map(async (path) => parseRows(rowSchema, csvParse(await readFile(path, 'utf8')), path)),
  );
  return tables.flat();
}

/** A cell that holds a finite number. */
export const numberCell = z.union([z.number(), z.string().min(1).transform(Number)]).pipe(z.number());

function parseRows<Row extends z.ZodObject>(rowSchema: Row, rows: readonly unknown[], path: string): z.output<Row>[] {
  const parsed = z.array(rowSchema).safeParse(rows);
  if (!parsed.success)
    throw new StageError(`${path} is not the table that it should be: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
