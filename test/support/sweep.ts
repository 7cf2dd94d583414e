import { test as base } from 'vitest';
import { FakeSlurm } from './fake-slurm.ts';
import { type Outcome, Project, type Started } from './project.ts';

/** A project with a small sweep of pure stages, and a Slurm that does as the test wants. */
export class Sweep {
  readonly project = new Project('sweep');
  readonly slurm = new FakeSlurm();

  /** Starts a command on Slurm, by default that which makes the points of the sweep. */
  start(args: readonly string[] = POINTS, env: Readonly<Record<string, string>> = {}): Started {
    const command = [...args, '--json', '--executor=slurm', '--slurm=patience=1'];
    return this.project.start(command, { ...this.slurm.environment, ...env });
  }

  run(args?: readonly string[]): Promise<Outcome> {
    return this.start(args).outcome();
  }

  /** The same for a command that knows where it is. */
  call(...args: readonly string[]): Promise<Outcome> {
    return this.project.start(args, this.slurm.environment).outcome();
  }

  async remove(): Promise<void> {
    await this.project.remove();
    this.slurm.destroy();
  }
}

export const POINTS = ['run', 'point/*'];

/** A test with a sweep of its own. */
export const test = base.extend<{ sweep: Sweep }>({
  // biome-ignore lint/correctness/noEmptyPattern: this is how Vitest knows that the sweep needs nothing else
  sweep: async ({}, use) => {
    const sweep = new Sweep();
    await use(sweep);
    await sweep.remove();
  },
});
