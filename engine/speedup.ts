import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A flag of V8 under which workers compute the same bytes in less time. It is in no recipe. */
export interface Speedup {
  /** For people, such as 'wide vectors'. */
  readonly name: string;
  readonly flag: string;
  /** The first major version of Node in which the flag is of use. */
  readonly node: number;
  /** URL of a module whose `selfTest` computes some numbers with all that the flag may change. */
  readonly selfTest: string;
  /** SHA-256 of these numbers, in hexadecimal. */
  readonly digest: string;
}

/** Whether this Node may have the flag at all. */
export function isKnownHere({ node }: Speedup): boolean {
  return Number.parseInt(process.versions.node, 10) >= node;
}

// V8 would run so little code without optimizing it, and it is the optimizer that the flag is for.
const OPTIMIZED = ['--no-liftoff', '--no-wasm-tier-up'];

/** Whether the self-test gives, with the flag, the numbers that are known. Whatever goes wrong says no. */
export async function passesSelfTest({ flag, digest }: Speedup, bundle: string): Promise<boolean> {
  const script = [
    "import { createHash } from 'node:crypto';",
    `import { selfTest } from ${JSON.stringify(bundle)};`,
    "const digest = createHash('sha256').update(selfTest()).digest('hex');",
    `process.exitCode = digest === ${JSON.stringify(digest)} ? 0 : 1;`,
  ].join('\n');
  const args = [flag, ...OPTIMIZED, '--input-type=module', '--eval', script];
  try {
    await promisify(execFile)(process.execPath, args, { env: {}, timeout: 60_000 });
    return true;
  } catch {
    return false;
  }
}
