/** An IDX file of unsigned bytes whose head declares these sizes. */
export function idx(sizes: readonly number[], data: Uint8Array): Buffer {
  const head = Buffer.alloc(4 + 4 * sizes.length);
  head.writeUInt16BE(0x0800 + sizes.length, 2);
  sizes.forEach((size, i) => {
    head.writeUInt32BE(size, 4 + 4 * i);
  });
  return Buffer.concat([head, data]);
}
