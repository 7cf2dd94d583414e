import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A flag of V8 with which workers compute the same bytes in less time. It is in no recipe. */
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

// The flag is one of V8's optimizer, which V8 would not start for so little code.
const OPTIMIZED = ['--no-liftoff', '--no-wasm-tier-up'];

/**
 * Whether the self-test gives the known numbers with the flag; false also if it can't be run.
 * @param bundle The URL of its bundle.
 */
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
