import { defineFormat, type Format } from '../../engine/format.ts';

/** A format whose values are the bytes themselves. */
export function bytesFormat<const Name extends string>(name: Name, extension: string): Format<Name, Uint8Array> {
  return defineFormat({ name, extension, encode: (bytes: Uint8Array) => bytes, decode: (bytes) => bytes });
}
