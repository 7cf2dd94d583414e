import { open } from 'node:fs/promises';
import { artifactType, StageError } from '../../engine/kind.ts';

/** Grey images of one size, unpacked, as MNIST publishes them. */
export const idxImages = artifactType('idx-images', 'idx');

/** One label a byte, unpacked, as MNIST publishes them. */
export const idxLabels = artifactType('idx-labels', 'idx');

export interface IdxImages {
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  /** Grey levels, 0 is the background: one image of rows × columns after the other. */
  readonly pixels: Uint8Array;
}

/** Above the largest file of MNIST (47 MB), and small enough to hold in memory. */
const MAX_BYTES = 64 * 1024 * 1024;

const UNSIGNED_BYTE = 0x08;

/**
 * Reads an IDX file of images (count × rows × columns unsigned bytes).
 * @throws {StageError} if it is anything else.
 */
export async function readImages(path: string): Promise<IdxImages> {
  const { sizes, values } = await readBytes(path, 3);
  const [count = 0, rows = 0, columns = 0] = sizes;
  if (rows === 0 || columns === 0) throw new StageError(`${path} declares images of ${rows} × ${columns} pixels`);
  return { count, rows, columns, pixels: values };
}

/**
 * Reads an IDX file of labels (one unsigned byte each).
 * @throws {StageError} if it is anything else.
 */
export async function readLabels(path: string): Promise<Uint8Array> {
  return (await readBytes(path, 1)).values;
}

/** The sizes that the head declares, and exactly as many bytes as they say. */
async function readBytes(path: string, dimensions: number): Promise<{ sizes: number[]; values: Uint8Array }> {
  const bytes = await readWhole(path);
  const headLength = 4 + 4 * dimensions;
  if (bytes.length < headLength) {
    throw new StageError(`${path} ends after ${bytes.length} bytes, inside the ${headLength} bytes of an IDX head`);
  }
  const magic = bytes.readUInt32BE(0);
  const expected = (UNSIGNED_BYTE << 8) | dimensions;
  if (magic !== expected) {
    throw new StageError(`${path} starts with ${hex(magic)}, where an IDX file of its kind has ${hex(expected)}`);
  }
  const sizes = Array.from({ length: dimensions }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  const declared = sizes.reduce((product, size) => product * size, 1);
  if (bytes.length - headLength !== declared) {
    const found = bytes.length - headLength;
    throw new StageError(`${path} declares ${sizes.join(' × ')} = ${declared} bytes of data, but holds ${found}`);
  }
  return { sizes, values: bytes.subarray(headLength) };
}

async function readWhole(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size > MAX_BYTES) throw new StageError(`${path} has ${size} bytes, more than the limit of ${MAX_BYTES}`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

function hex(magic: number): string {
  return `0x${magic.toString(16).padStart(8, '0')}`;
}
