/** Blocks of memory begin at multiples of this, and have a multiple of it for size. */
const ALIGNMENT = 32;

/** Addresses of blocks that are taken and given back. A block that is given back is taken again for the same size. */
export class Blocks {
  #end: number;
  readonly #free = new Map<number, number[]>();

  /** @param start Nothing below is taken. */
  constructor(start: number) {
    this.#end = roundUp(start);
  }

  /** The first address never taken. */
  get end(): number {
    return this.#end;
  }

  take(bytes: number): number {
    const size = roundUp(bytes);
    const free = this.#free.get(size)?.pop();
    if (free !== undefined) return free;
    const address = this.#end;
    this.#end += size;
    return address;
  }

  giveBack(address: number, bytes: number): void {
    const size = roundUp(bytes);
    const free = this.#free.get(size);
    if (free === undefined) this.#free.set(size, [address]);
    else free.push(address);
  }
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
