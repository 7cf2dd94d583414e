import * as v from 'valibot';
import { StageError } from '../../engine/kind.ts';
import { natural } from '../schemas.ts';
import { parseJson } from './json.ts';
import { encodeText } from './text.ts';

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

/** Tensors in the safetensors format, in the order given. */
export function encodeTensors({ tensors, metadata }: TensorFile): Uint8Array {
  requireLittleEndian();
  const entries: Record<string, unknown> = { __metadata__: metadata };
  let dataBytes = 0;
  for (const [name, { shape, values }] of tensors) {
    const dtype = values instanceof Float32Array ? 'F32' : 'I32';
    entries[name] = { dtype, shape, data_offsets: [dataBytes, dataBytes + values.byteLength] };
    dataBytes += values.byteLength;
  }
  const header = encodeText(JSON.stringify(entries));
  // Spaces at the end align the data to 8 bytes, as the format asks.
  const headerBytes = 8 * Math.ceil(header.length / 8);
  const bytes = new Uint8Array(LENGTH_BYTES + headerBytes + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerBytes).set(header, LENGTH_BYTES);
  let offset = LENGTH_BYTES + headerBytes;
  for (const { values } of tensors.values()) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
    offset += values.byteLength;
  }
  return bytes;
}

/**
 * The float32 and int32 tensors that some bytes hold.
 * @throws {StageError} if they hold anything else.
 */
export function decodeTensors(bytes: Uint8Array): TensorFile {
  requireLittleEndian();
  const file = parseTensors(bytes);
  if (file === undefined) throw new StageError('it is not a safetensors file of float32 and int32 tensors');
  return file;
}

/** All numbers of a file of tensors, one tensor after the other; none if it is damaged. */
export function numbersInTensors(contents: Uint8Array): number[] {
  const tensors = parseTensors(contents)?.tensors.values() ?? [];
  return [...tensors].flatMap(({ values }) => Array.from(values));
}

function parseTensors(bytes: Uint8Array): TensorFile | undefined {
  if (bytes.length < LENGTH_BYTES) return undefined;
  const start = LENGTH_BYTES + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (start > bytes.length) return undefined;
  const header = v.safeParse(headerSchema, parseJson(new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, start))));
  if (!header.success) return undefined;
  const { __metadata__: metadata, ...entries } = header.output;
  const tensors = new Map<string, Tensor>();
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(entries)) {
    const [from, to] = data_offsets;
    const count = shape.reduce((product, size) => product * size, 1);
    if (to - from !== 4 * count || start + to > bytes.length) return undefined;
    const part = bytes.subarray(start + from, start + to);
    // Tensors need not be aligned in the file.
    const { buffer, byteOffset } = part.byteOffset % 4 === 0 ? part : new Uint8Array(part);
    const values =
      dtype === 'F32' ? new Float32Array(buffer, byteOffset, count) : new Int32Array(buffer, byteOffset, count);
    tensors.set(name, { shape, values });
  }
  return { tensors, metadata };
}

function requireLittleEndian(): void {
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] === 1) return;
  throw new StageError('safetensors files are little-endian, and this processor is not');
}
