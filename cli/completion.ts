import { readFileSync } from 'node:fs';
import { print } from './print.ts';

/** Shells that can complete the command line. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** Prints the script by which a shell completes the command line. @param shell One of those above. */
export function completion(shell: string): void {
  print(readFileSync(new URL(`completion/pipeline.${shell}`, import.meta.url), 'utf8').trimEnd());
}
