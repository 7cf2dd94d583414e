import { defineFormat } from '../../engine/format.ts';
import { StageError } from '../../engine/kind.ts';

/** Grey images of one size. */
export interface IdxImages {
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  /** Grey levels, 0 is the background: one image of rows × columns after the other. */
  readonly pixels: Uint8Array;
}

/** Images (count × rows × columns unsigned bytes), unpacked, as MNIST publishes them. */
export const idxImages = defineFormat({
  name: 'idx-images',
  extension: 'idx',
  encode: ({ count, rows, columns, pixels }: IdxImages) => encodeIdx([count, rows, columns], pixels),
  decode(bytes): IdxImages {
    const { sizes, values } = decodeIdx(bytes, 3);
    const [count = 0, rows = 0, columns = 0] = sizes;
    if (rows === 0 || columns === 0) throw new StageError(`it declares images of ${rows} × ${columns} pixels`);
    return { count, rows, columns, pixels: values };
  },
});

/** Labels (one unsigned byte each), unpacked, as MNIST publishes them. */
export const idxLabels = defineFormat({
  name: 'idx-labels',
  extension: 'idx',
  encode: (labels: Uint8Array) => encodeIdx([labels.length], labels),
  decode: (bytes): Uint8Array => decodeIdx(bytes, 1).values,
});

/** Above the largest file of MNIST (47 MB), and small enough to hold in memory. */
const MAX_BYTES = 64 * 1024 * 1024;

const UNSIGNED_BYTE = 0x08;

function encodeIdx(sizes: readonly number[], values: Uint8Array): Uint8Array {
  const headLength = 4 + 4 * sizes.length;
  const bytes = new Uint8Array(headLength + values.length);
  const head = new DataView(bytes.buffer);
  head.setUint32(0, magicOf(sizes.length));
  sizes.forEach((size, i) => {
    head.setUint32(4 + 4 * i, size);
  });
  bytes.set(values, headLength);
  return bytes;
}

/** The sizes that the head declares, and exactly as many bytes as they say. */
function decodeIdx(bytes: Uint8Array, dimensions: number): { sizes: number[]; values: Uint8Array } {
  if (bytes.length > MAX_BYTES)
    throw new StageError(`it has ${bytes.length} bytes, more than the limit of ${MAX_BYTES}`);
  const headLength = 4 + 4 * dimensions;
  if (bytes.length < headLength) {
    throw new StageError(`it ends after ${bytes.length} bytes, inside the ${headLength} bytes of an IDX head`);
  }
  const head = new DataView(bytes.buffer, bytes.byteOffset);
  const magic = head.getUint32(0);
  const expected = magicOf(dimensions);
  if (magic !== expected) {
    throw new StageError(`it starts with ${hex(magic)}, where an IDX file of its kind has ${hex(expected)}`);
  }
  const sizes = Array.from({ length: dimensions }, (_, i) => head.getUint32(4 + 4 * i));
  const declared = sizes.reduce((product, size) => product * size, 1);
  const found = bytes.length - headLength;
  if (found !== declared) {
    throw new StageError(`it declares ${sizes.join(' × ')} = ${declared} bytes of data, but holds ${found}`);
  }
  return { sizes, values: bytes.subarray(headLength) };
}

function magicOf(dimensions: number): number {
  return (UNSIGNED_BYTE << 8) | dimensions;
}

function hex(magic: number): string {
  return `0x${magic.toString(16).padStart(8, '0')}`;
}
