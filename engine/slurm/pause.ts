/** How long to wait between two looks, in ms: little after something has happened, and then more and more. */
export class Pause {
  readonly #first: number;
  readonly #last: number;
  readonly #growth: number;
  #next: number;

  constructor({ first, last, growth }: { readonly first: number; readonly last: number; readonly growth: number }) {
    this.#first = first;
    this.#last = last;
    this.#growth = growth;
    this.#next = first;
  }

  next(): number {
    const now = this.#next;
    this.#next = Math.min(this.#last, now * this.#growth);
    return now;
  }

  reset(): void {
    this.#next = this.#first;
  }
}
