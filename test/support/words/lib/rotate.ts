import { letterAfter } from './letters.ts';

/** The word with each letter replaced by one some steps on. */
export function rotate(word: string, steps: number): string {
  return [...word].map((letter) => letterAfter(letter, steps)).join('');
}
