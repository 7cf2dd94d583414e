import { defineFormat, type Format } from '../../engine/format.ts';
import { StageError } from '../../engine/kind.ts';

/** A format whose values are texts. */
export function textFormat<const Name extends string>(name: Name, extension: string): Format<Name, string> {
  return defineFormat({ name, extension, encode: encodeText, decode: decodeText });
}

/** A text as UTF-8. */
export function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/**
 * The text that some bytes are.
 * @throws {StageError} if they are not UTF-8.
 */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new StageError('it is not a text in UTF-8');
  }
}

/** The numbers in a text, such as CSV or JSON, in the order in which they stand. */
export function numbersInText(contents: Uint8Array): number[] {
  const found = new TextDecoder().decode(contents).match(/-?\d+(\.\d+)?(e[+-]?\d+)?/gi);
  return (found ?? []).map(Number);
}
