import { execa } from 'execa';

/** How a process has ended, and all that it has said. */
export interface Ended {
  readonly exitCode?: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process of Node in a process group of its own. */
export class StartedProcess {
  /** The number of the process, and of its group. */
  readonly pid: number;
  readonly #process;
  #said = '';
  #heardTo = 0;
  readonly #listeners = new Set<() => void>();

  constructor(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>) {
    this.#process = execa(process.execPath, args, { cwd, env, reject: false, detached: true, stdin: 'ignore' });
    const { pid } = this.#process;
    if (pid === undefined) throw new Error("node can't be started");
    this.pid = pid;
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream.on('data', (piece: Buffer) => {
        this.#said += piece;
        for (const listener of this.#listeners) listener();
      });
    }
  }

  /** Waits until it has written a text to standard output or standard error. */
  async untilSays(text: string): Promise<void> {
    await this.#untilSays(text, 0);
  }

  /** Waits until it has written a text once more, after the last that was so waited for. */
  async untilSaysNext(text: string): Promise<void> {
    this.#heardTo = await this.#untilSays(text, this.#heardTo);
  }

  /** Waits for its end. */
  async ended(): Promise<Ended> {
    return await this.#process;
  }

  /** Ends it and all of its group, as far as they are still there. */
  async kill(): Promise<void> {
    try {
      process.kill(-this.pid, 'SIGKILL');
    } catch {
      // Nothing is left of the group.
    }
    await this.#process;
  }

  /** Listens rather than looks again and again, since a process may end between two looks. @returns where the text ends. */
  #untilSays(text: string, from: number): Promise<number> {
    return new Promise((resolve) => {
      const listener = () => {
        const at = this.#said.indexOf(text, from);
        if (at === -1) return;
        this.#listeners.delete(listener);
        resolve(at + text.length);
      };
      this.#listeners.add(listener);
      listener();
    });
  }
}
