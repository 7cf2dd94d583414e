import { isDeepStrictEqual } from 'node:util';
import type { Emit } from '../events.ts';
import { reached } from '../fault-points.ts';
import { AwaitedElements, type Overdue } from './awaited-elements.ts';
import type { Batch } from './batch.ts';
import { isEnd, look, type Sighting } from './scheduler.ts';

/** Asks Slurm what became of the elements that are awaited, and tells people what has changed. */
export class Poller {
  readonly #emit: Emit;
  readonly #patienceMs: number;
  readonly #signal: AbortSignal;
  readonly #awaited = new AwaitedElements();
  #states: Readonly<Record<string, number>> = {};
  #isSilent = false;

  /**
   * @param patienceMs For how long Slurm may not know an element, or one that has ended may show no result.
   * @param signal Ends a question that is on its way.
   */
  constructor(emit: Emit, patienceMs: number, signal: AbortSignal) {
    this.#emit = emit;
    this.#patienceMs = patienceMs;
    this.#signal = signal;
  }

  /** Asks once. @returns the elements whose results do not come any more. */
  async poll(awaited: ReadonlyMap<Batch, ReadonlySet<number>>): Promise<Overdue[]> {
    if (awaited.size === 0) return [];
    const names = new Map([...awaited].map(([{ name }, elements]) => [name, [...elements]]));
    const since = Math.min(...[...awaited.keys()].map(({ created }) => created));
    const answer = await look(names, since, this.#signal);
    reached('slurm:looked');
    if (this.#signal.aborted) return [];
    const wasSilent = this.#isSilent;
    this.#isSilent = 'problem' in answer;
    if ('problem' in answer) {
      if (!wasSilent) this.#emit({ event: 'slurm-silent', problem: answer.problem });
      return [];
    }
    this.#tell(answer);
    return this.#awaited.note(awaited, answer, performance.now(), this.#patienceMs);
  }

  #tell(sightings: readonly Sighting[]): void {
    const states: Record<string, number> = {};
    for (const { state } of sightings) if (!isEnd(state)) states[state] = (states[state] ?? 0) + 1;
    if (isDeepStrictEqual(states, this.#states)) return;
    this.#states = states;
    this.#emit({ event: 'in-slurm', states });
  }
}
