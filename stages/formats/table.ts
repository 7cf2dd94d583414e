import { csvFormatRows, csvParseRows } from 'd3-dsv';
import * as v from 'valibot';
import { defineFormat, type Format } from '../../engine/format.ts';
import { StageError } from '../../engine/kind.ts';
import { decodeText, encodeText, numbersInText } from './text.ts';

/** The columns of a table. */
export type RowSchema = v.ObjectSchema<v.ObjectEntries, undefined>;

/** A format of rows as CSV with a header, the columns in the order of the schema. An empty cell is undefined. */
export function tableFormat<const Name extends string, Row extends RowSchema>(
  name: Name,
  row: Row,
): Format<Name, readonly v.InferOutput<Row>[]> {
  const columns = Object.keys(row.entries);
  const checked = (rows: readonly unknown[]) => {
    const parsed = v.safeParse(v.array(row), rows);
    if (!parsed.success) {
      throw new StageError(`it is not the table that it should be: ${v.summarize(parsed.issues)}`);
    }
    return parsed.output;
  };
  return defineFormat({
    name,
    extension: 'csv',
    encode(rows: readonly v.InferOutput<Row>[]) {
      const lines = checked(rows).map((cells) => columns.map((column) => String(Reflect.get(cells, column) ?? '')));
      return encodeText(`${csvFormatRows([columns, ...lines])}\n`);
    },
    decode(bytes) {
      const [header = [], ...lines] = csvParseRows(decodeText(bytes));
      return checked(lines.map((cells) => Object.fromEntries(header.map((column, i) => [column, cells[i]]))));
    },
    numbers: numbersInText,
  });
}
