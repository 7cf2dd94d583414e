import { pipeline as connect, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { StageError } from '../../engine/kind.ts';
import { errorCode, errorMessage } from './system-error.ts';

/** How a stream is read. */
export interface UnpackOptions {
  /** The path or URL that the bytes come from, for messages. */
  readonly from: string;
  /** Most bytes to take in, and most bytes to unpack. */
  readonly maxBytes: number;
  /** Told the number of bytes unpacked so far; if it rejects, the reading stops. */
  onBytes(unpacked: number): Promise<void>;
}

type Bytes = AsyncIterable<Uint8Array>;

/**
 * Reads a stream to its end, unpacked if its first bytes are those of gzip.
 * @throws {StageError} for damaged gzip, and for more than `maxBytes` packed or unpacked. What the source throws passes
 * through. The source is destroyed in every case.
 */
export async function readUnpacked(source: Readable, options: UnpackOptions): Promise<Uint8Array> {
  const { from, maxBytes, onBytes } = options;
  return pipeline(
    source,
    (packed: Bytes) => limited(packed, from, maxBytes),
    (packed: Bytes) => unpacked(packed, from),
    (plain: Bytes) => limited(plain, from, maxBytes),
    async (plain: Bytes) => {
      const room = new Uint8Array(maxBytes);
      let length = 0;
      for await (const chunk of plain) {
        room.set(chunk, length);
        length += chunk.length;
        await onBytes(length);
      }
      return room.subarray(0, length);
    },
  );
}

async function* limited(chunks: Bytes, from: string, maxBytes: number): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > maxBytes)
      throw new StageError(`${from} holds more than ${maxBytes} bytes, so it is not the file of MNIST`);
    yield chunk;
  }
}

async function* unpacked(packed: Bytes, from: string): AsyncGenerator<Uint8Array> {
  const { head, whole } = await peek(packed, 2);
  if (head[0] !== 0x1f || head[1] !== 0x8b) {
    yield* whole;
    return;
  }
  const gunzip = createGunzip();
  // What `whole` throws destroys gunzip with it, and so reaches the loop below.
  connect(whole, gunzip, () => {});
  try {
    yield* gunzip;
  } catch (error) {
    if (errorCode(error)?.startsWith('Z_')) throw new StageError(`${from} is damaged gzip: ${errorMessage(error)}`);
    throw error;
  }
}

/** The first bytes of a stream (fewer than `count` only if it ends), and all of it. */
async function peek(chunks: Bytes, count: number): Promise<{ head: Uint8Array; whole: Bytes }> {
  const rest = chunks[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < count) {
    const next = await rest.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  async function* whole() {
    yield head;
    yield* { [Symbol.asyncIterator]: () => rest };
  }
  return { head, whole: whole() };
}
