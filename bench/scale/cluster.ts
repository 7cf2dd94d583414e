import { bisector } from 'd3-array';

/** What a sweep costs on a cluster: how long, and how many operations and bytes; simulated, with service times that were measured. */

/** A stage of a setting, one after the other: what it takes, reads and writes. */
export interface Work {
  readonly seconds: number;
  readonly readBytes: number;
  readonly writtenBytes: number;
}

export interface Cluster {
  readonly nodes: number;
  readonly cores: number;
  /** Jobs that the scheduler starts a second. */
  readonly startsASecond: number;
  /** Metadata operations that the shared file system does a second, and bytes. */
  readonly operationsASecond: number;
  readonly bytesASecond: number;
  /** Operations that a stage takes on a node, and when the front end records it. */
  readonly operationsOnNode: number;
  readonly operationsToRecord: number;
  /** Seconds of the front end a stage. */
  readonly secondsToRecord: number;
  /** The least work of an element of an array, a core. */
  readonly elementSeconds: number;
}

export interface Sweep {
  readonly seconds: number;
  readonly elements: number;
  readonly stages: number;
  readonly operations: number;
  readonly bytes: number;
  /** The share of the time in which each is at work. */
  readonly busy: { readonly nodes: number; readonly fileSystem: number; readonly frontEnd: number };
}

/** What happens, in the order of time. */
class Clock {
  readonly #events: { readonly at: number; readonly happen: () => void }[] = [];
  now = 0;

  at(time: number, happen: () => void): void {
    const place = bisector(({ at }: { readonly at: number }) => -at).left(this.#events, -time);
    this.#events.splice(place, 0, { at: time, happen });
  }

  run(): void {
    for (let event = this.#events.pop(); event !== undefined; event = this.#events.pop()) {
      this.now = event.at;
      event.happen();
    }
  }
}

/** Serves some at once, and the rest in the order in which they come. */
class Server {
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];
  #free: number;
  /** Seconds at work, of all that serve. */
  busy = 0;

  constructor(clock: Clock, free = 1) {
    this.#clock = clock;
    this.#free = free;
  }

  /** Takes one who serves; `release` gives it back. */
  take(then: () => void): void {
    if (this.#free === 0) {
      this.#waiting.push(then);
      return;
    }
    this.#free -= 1;
    then();
  }

  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }

  serve(seconds: number, then: () => void): void {
    this.take(() => {
      this.busy += seconds;
      this.#clock.at(this.#clock.now + seconds, () => {
        this.release();
        then();
      });
    });
  }
}

/** Runs the works of many settings. Those of an element stay together: the next of their works are ready when the last are recorded. */
export function simulate(settings: number, works: readonly Work[], cluster: Cluster): Sweep {
  const { nodes, cores, elementSeconds, operationsOnNode, operationsToRecord } = cluster;
  const clock = new Clock();
  const scheduler = new Server(clock);
  const fileSystem = new Server(clock);
  const frontEnd = new Server(clock);
  const pool = new Server(clock, nodes);
  let [elements, computing] = [0, 0];

  const run = (share: number, [work, ...more]: readonly Work[]): void => {
    if (work === undefined) return;
    elements += 1;
    const transfer = (operations: number, bytes: number) =>
      share * (operations / cluster.operationsASecond + bytes / cluster.bytesASecond);
    const seconds = (share * work.seconds) / cores;
    const record = () =>
      frontEnd.serve(share * cluster.secondsToRecord, () =>
        fileSystem.serve(transfer(operationsToRecord, work.writtenBytes), () => run(share, more)),
      );
    const write = () =>
      fileSystem.serve(transfer(operationsOnNode / 2, work.writtenBytes), () => {
        pool.release();
        record();
      });
    const compute = () => {
      computing += seconds;
      clock.at(clock.now + seconds, write);
    };
    const read = () => fileSystem.serve(transfer(operationsOnNode / 2, work.readBytes), compute);
    pool.take(() => scheduler.serve(1 / cluster.startsASecond, read));
  };

  const longest = Math.max(...works.map(({ seconds }) => seconds));
  const share = Math.min(settings, Math.ceil((elementSeconds * cores) / longest));
  for (let left = settings; left > 0; left -= share) run(Math.min(share, left), works);
  clock.run();

  const seconds = clock.now;
  return {
    seconds,
    elements,
    stages: settings * works.length,
    operations: settings * works.length * (operationsOnNode + operationsToRecord),
    bytes: settings * works.reduce((sum, { readBytes, writtenBytes }) => sum + readBytes + 2 * writtenBytes, 0),
    busy: {
      nodes: computing / (nodes * seconds),
      fileSystem: fileSystem.busy / seconds,
      frontEnd: frontEnd.busy / seconds,
    },
  };
}
