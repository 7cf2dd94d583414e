import { isDeepStrictEqual } from 'node:util';
import type { Emit } from '../events.ts';
import { reached } from '../fault-points.ts';
import type { Batch } from './batch.ts';
import { isEnd, look, type Sighting } from './scheduler.ts';
import { type Over, Vigils } from './vigils.ts';

/** Asks Slurm what became of what is awaited, and tells what has changed. */
export class Watch {
  readonly #emit: Emit;
  readonly #patienceMs: number;
  readonly #signal: AbortSignal;
  readonly #vigils = new Vigils();
  #states: Readonly<Record<string, number>> = {};
  #isSilent = false;

  /** @param patienceMs How long an element may be gone. @param signal Ends what is asked. */
  constructor(emit: Emit, patienceMs: number, signal: AbortSignal) {
    this.#emit = emit;
    this.#patienceMs = patienceMs;
    this.#signal = signal;
  }

  /** Asks once. @returns the elements whose results need not be awaited any more. */
  async look(awaited: ReadonlyMap<Batch, ReadonlySet<number>>): Promise<Over[]> {
    if (awaited.size === 0) return [];
    const names = new Map([...awaited].map(([{ name }, elements]) => [name, [...elements]]));
    const since = Math.min(...[...awaited.keys()].map(({ created }) => created));
    const answer = await look(names, since, this.#signal);
    reached('slurm:looked');
    if (this.#signal.aborted) return [];
    const wasSilent = this.#isSilent;
    this.#isSilent = 'problem' in answer;
    if (!('problem' in answer)) {
      this.#tell(answer);
      return this.#vigils.note(awaited, answer, performance.now(), this.#patienceMs);
    }
    if (!wasSilent) this.#emit({ event: 'slurm-silent', problem: answer.problem });
    return [];
  }

  #tell(sightings: readonly Sighting[]): void {
    const states: Record<string, number> = {};
    for (const { state } of sightings) if (!isEnd(state)) states[state] = (states[state] ?? 0) + 1;
    if (isDeepStrictEqual(states, this.#states)) return;
    this.#states = states;
    this.#emit({ event: 'in-slurm', states });
  }
}
