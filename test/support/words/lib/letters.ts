import { alphabet } from './alphabet.ts';

/** The letter that comes some steps after another, round and round. */
export function letterAfter(letter: string, steps: number): string {
  return alphabet[(alphabet.indexOf(letter) + steps) % alphabet.length] ?? letter;
}
