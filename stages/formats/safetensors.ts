import { readFile, writeFile } from 'node:fs/promises';
import { endianness } from 'node:os';
import * as v from 'valibot';
import { StageError } from '../../engine/kind.ts';
import { natural } from '../schemas.ts';

/** The numbers of one tensor, row-major. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

/** The contents of a .safetensors file. */
export interface TensorFile {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const LENGTH_BYTES = 8;

const headerSchema = v.objectWithRest(
  { __metadata__: v.optional(v.record(v.string(), v.string()), {}) },
  v.object({
    dtype: v.picklist(['F32', 'I32']),
    shape: v.array(natural),
    data_offsets: v.strictTuple([natural, natural]),
  }),
);

/** Writes tensors in the safetensors format, in the order given: equal contents give equal bytes. */
export async function writeTensors(path: string, { tensors, metadata }: TensorFile): Promise<void> {
  requireLittleEndian();
  const header: Record<string, unknown> = { __metadata__: metadata };
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, { shape, values }] of tensors) {
    const dtype = values instanceof Float32Array ? 'F32' : 'I32';
    header[name] = { dtype, shape, data_offsets: [offset, offset + values.byteLength] };
    parts.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    offset += values.byteLength;
  }
  const text = JSON.stringify(header);
  // Spaces at the end align the data to 8 bytes, as the format asks.
  const padded = Buffer.from(text.padEnd(text.length + ((8 - (Buffer.byteLength(text) % 8)) % 8)));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeBigUInt64LE(BigInt(padded.length));
  await writeFile(path, Buffer.concat([length, padded, ...parts]));
}

/**
 * Reads a file of float32 and int32 tensors.
 * @throws {StageError} if the file is damaged.
 */
export async function readTensors(path: string): Promise<TensorFile> {
  requireLittleEndian();
  const file = parseTensors(await readFile(path));
  if (file === undefined) throw new StageError(`${path} is not a safetensors file of float32 and int32 tensors`);
  return file;
}

/** All numbers of a file of tensors, one tensor after the other; none if it is damaged. */
export function numbersInTensors(contents: Uint8Array): number[] {
  const tensors = parseTensors(Buffer.from(contents))?.tensors.values() ?? [];
  return [...tensors].flatMap(({ values }) => Array.from(values));
}

function parseTensors(bytes: Buffer): TensorFile | undefined {
  if (bytes.length < LENGTH_BYTES) return undefined;
  const start = LENGTH_BYTES + Number(bytes.readBigUInt64LE());
  if (start > bytes.length) return undefined;
  const header = v.safeParse(headerSchema, parseJson(bytes.toString('utf8', LENGTH_BYTES, start)));
  if (!header.success) return undefined;
  const { __metadata__: metadata, ...entries } = header.output;
  const tensors = new Map<string, Tensor>();
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(entries)) {
    const [from, to] = data_offsets;
    const count = shape.reduce((product, size) => product * size, 1);
    if (to - from !== 4 * count || start + to > bytes.length) return undefined;
    const buffer = new Uint8Array(bytes.subarray(start + from, start + to)).buffer;
    tensors.set(name, { shape, values: dtype === 'F32' ? new Float32Array(buffer) : new Int32Array(buffer) });
  }
  return { tensors, metadata };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function requireLittleEndian(): void {
  if (endianness() !== 'LE') throw new StageError('safetensors files are little-endian, and this processor is not');
}
