import { setTimeout } from 'node:timers/promises';

const LIMIT_MS = 60_000;
const STEP_MS = 20;

/** Waits until there is no process, or no process group for a negative number, of that number. */
export async function untilEnded(pid: number): Promise<void> {
  await until(`process ${pid} to end`, () => {
    try {
      return !process.kill(pid, 0);
    } catch {
      return true;
    }
  });
}

/** Waits until a condition holds. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const start = performance.now();
  while (!holds()) {
    if (performance.now() - start > LIMIT_MS) throw new Error(`waited too long for ${what}`);
    await setTimeout(STEP_MS);
  }
}
