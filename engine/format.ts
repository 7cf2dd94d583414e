/** How the values on an edge of the graph become files, and files become values. */
export interface Format<Name extends string = string, Value = unknown> {
  /** Two artifacts can be wired together only if the names of their formats are equal. */
  readonly name: Name;
  /** File extension without the dot. An output `curve` of extension `csv` is the file `curve.csv`. */
  readonly extension: string;
  /**
   * Equal values give equal bytes.
   * @throws {StageError} if the value can't be written, such as a NaN in a table.
   */
  encode(value: Value): Uint8Array;
  /**
   * The value that some bytes hold.
   * @throws {StageError} if they hold none; the message is a sentence about "it", the artifact.
   */
  decode(bytes: Uint8Array): Value;
  /** The numbers in some bytes, in a fixed order, to tell how far apart two artifacts are. Not there if it has none. */
  numbers?(bytes: Uint8Array): ArrayLike<number>;
}

/** Declares a format. */
export function defineFormat<const Name extends string, Value>(format: Format<Name, Value>): Format<Name, Value> {
  return format;
}
