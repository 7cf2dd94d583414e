interface Waiting {
  readonly rank: number;
  start(): void;
}

/** Runs so many tasks at once. Of those that wait, the one of the highest rank comes first; of equals, the one that came first. */
export class PriorityQueue {
  #free: number;
  readonly #waiting: Waiting[] = [];

  constructor(slots: number) {
    this.#free = slots;
  }

  /** Runs a task when its turn comes. */
  async run<Result>(rank: number, task: () => Result | Promise<Result>): Promise<Result> {
    // All that becomes ready in the same turn is compared.
    await new Promise<void>((start) => {
      this.#waiting.push({ rank, start });
      setImmediate(() => this.#next());
    });
    try {
      return await task();
    } finally {
      this.#free += 1;
      this.#next();
    }
  }

  #next(): void {
    if (this.#free === 0 || this.#waiting.length === 0) return;
    let highest = 0;
    for (let k = 1; k < this.#waiting.length; k++) {
      if ((this.#waiting[k]?.rank ?? 0) > (this.#waiting[highest]?.rank ?? 0)) highest = k;
    }
    this.#free -= 1;
    this.#waiting.splice(highest, 1)[0]?.start();
  }
}
