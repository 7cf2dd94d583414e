import { Blocks } from './blocks.ts';

const PAGE_BYTES = 65536;
/** How many bytes past the end of a matrix a program may read. */
const READ_BEYOND = 32;

/** The memory of WebAssembly modules, which grows with what is taken. */
export class LinearMemory {
  readonly #memory = new WebAssembly.Memory({ initial: 1 });
  readonly #blocks = new Blocks(1);

  /** Another buffer whenever the memory has grown. */
  get buffer(): ArrayBuffer {
    return this.#memory.buffer;
  }

  /** Takes a block; returns its address. */
  take(bytes: number): number {
    const address = this.#blocks.take(bytes);
    const missing = this.#blocks.end + READ_BEYOND - this.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
    return address;
  }

  giveBack(address: number, bytes: number): void {
    this.#blocks.giveBack(address, bytes);
  }

  /** An instance of a module that works on this memory. */
  instantiate(module: WebAssembly.Module): WebAssembly.Instance {
    return new WebAssembly.Instance(module, { env: { memory: this.#memory } });
  }
}
