/** A message, and bytes that belong to it. */
export interface Frame {
  readonly message: unknown;
  readonly body: Uint8Array;
}

/** The lengths of message and body, 8 bytes each, stand before them. */
const HEAD_BYTES = 16;
/** No message of ours is longer. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** No larger body fits into memory. */
const MAX_BODY_BYTES = 4 * 1024 * 1024 * 1024;

/** What precedes the body of a frame. */
export function frameHead(message: unknown, bodyBytes: number): Buffer {
  const text = Buffer.from(JSON.stringify(message));
  const head = Buffer.alloc(HEAD_BYTES + text.length);
  head.writeDoubleLE(text.length, 0);
  head.writeDoubleLE(bodyBytes, 8);
  head.set(text, HEAD_BYTES);
  return head;
}

/** Puts frames together again from the pieces in which they arrive. */
export class FrameReader {
  #pieces: Buffer[] = [];
  #bytes = 0;
  #needed = HEAD_BYTES;

  /**
   * The frames that are whole now.
   * @throws {RangeError | SyntaxError} if what arrived is no frame.
   */
  *push(piece: Buffer): Generator<Frame> {
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    while (this.#bytes >= this.#needed) {
      const bytes = this.#pieces.length === 1 ? (this.#pieces[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#pieces);
      const messageBytes = lengthAt(bytes, 0, MAX_MESSAGE_BYTES);
      const bodyBytes = lengthAt(bytes, 8, MAX_BODY_BYTES);
      const end = HEAD_BYTES + messageBytes + bodyBytes;
      this.#pieces = [bytes];
      this.#needed = end;
      if (bytes.length < end) return;
      const message: unknown = JSON.parse(bytes.toString('utf8', HEAD_BYTES, HEAD_BYTES + messageBytes));
      const rest = bytes.subarray(end);
      this.#pieces = rest.length === 0 ? [] : [rest];
      this.#bytes = rest.length;
      this.#needed = HEAD_BYTES;
      yield { message, body: bytes.subarray(HEAD_BYTES + messageBytes, end) };
    }
  }
}

function lengthAt(bytes: Buffer, place: number, most: number): number {
  const length = bytes.readDoubleLE(place);
  if (Number.isSafeInteger(length) && length >= 0 && length <= most) return length;
  throw new RangeError('this is no frame');
}
