import type { RandomStream } from './random.ts';

/** Puts `count` elements, drawn evenly and without putting back, at the head of a list, in place (Fisher and Yates). */
export function shuffleHead(
  list: { [place: number]: number; readonly length: number },
  count: number,
  random: Pick<RandomStream, 'uniform'>,
): void {
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(random.uniform() * (list.length - i));
    [list[i], list[j]] = [list[j], list[i]];
  }
}
