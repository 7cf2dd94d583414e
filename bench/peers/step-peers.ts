import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import * as v from 'valibot';

/** Another implementation of the training steps, which runs in a process of its own. */
interface StepPeer {
  readonly name: string;
  /** The folder of its Python below out/peers. */
  readonly python: string;
  readonly command: readonly [script: string, ...args: string[]];
  readonly env: Readonly<Record<string, string>>;
}

const oneThread = {
  OMP_NUM_THREADS: '1',
  XLA_FLAGS: '--xla_cpu_multi_thread_eigen=false',
  // Leaves nothing beside the scripts.
  PYTHONDONTWRITEBYTECODE: '1',
};
// The last version that compiles the whole loop into one function of machine code, if it is asked to.
const oneFunction = { ...oneThread, XLA_FLAGS: `${oneThread.XLA_FLAGS} --xla_cpu_use_thunk_runtime=false` };

const PEERS: readonly StepPeer[] = [
  { name: 'JAX', python: 'latest', command: ['with_jax.py', 'loop'], env: oneThread },
  { name: 'JAX 0.4', python: 'jax-0.4', command: ['with_jax.py', 'loop'], env: oneFunction },
  { name: 'JAX, a call a step', python: 'latest', command: ['with_jax.py', 'call'], env: oneThread },
  { name: 'NumPy', python: 'latest', command: ['with_numpy.py'], env: oneThread },
];

const folder = join(import.meta.dirname, '../../out/peers');
const pythonOf = ({ python }: StepPeer) => join(folder, python, 'bin/python');

/** The peers that are installed. */
export const installedPeers = PEERS.filter((peer) => existsSync(pythonOf(peer)));

/** The names of those that are not. */
export const missingPeers = PEERS.filter((peer) => !installedPeers.includes(peer)).map(({ name }) => name);

const resultSchema = v.object({ version: v.string(), excessLoss: v.number(), weights: v.array(v.array(v.number())) });

const timeSchema = v.object({ seconds: v.number() });

/** A peer that has run all steps of a problem once. */
export interface RunningPeer {
  readonly name: string;
  readonly version: string;
  /** What it ended with. */
  readonly excessLoss: number;
  readonly weights: readonly (readonly number[])[];
  /** Runs all steps from the start once more; returns the CPU seconds that they took. */
  measure(): Promise<number>;
  close(): Promise<void>;
}

/** Starts a peer on a problem, a line of JSON as bench/peers/problem.py reads it. */
export async function startPeer(peer: StepPeer, problem: string): Promise<RunningPeer> {
  const [script, ...args] = peer.command;
  const process = execa(pythonOf(peer), [join(import.meta.dirname, script), ...args], {
    env: peer.env,
    buffer: false,
    stderr: 'inherit',
  });
  const lines = createInterface({ input: process.stdout })[Symbol.asyncIterator]();
  const ask = async (line: string): Promise<unknown> => {
    process.stdin.write(`${line}\n`);
    const { done, value } = await lines.next();
    if (done === true) throw new Error(`${peer.name} ended early; its message is above`);
    return JSON.parse(value);
  };
  return {
    name: peer.name,
    ...v.parse(resultSchema, await ask(problem)),
    measure: async () => v.parse(timeSchema, await ask('again')).seconds,
    close: async () => {
      process.stdin.end();
      await process;
    },
  };
}
