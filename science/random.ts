import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import { ln } from './special-functions.ts';

/** A stream of independent random numbers. */
export interface RandomStream {
  /** The next number, uniform on [0, 1). */
  uniform(): number;
  /** The next number, standard normal. */
  gaussian(): number;
  /** Where the generator of uniform numbers is: its four words, for who draws many numbers at once. */
  state: readonly number[];
}

/**
 * The stream of a seed and a name, such as `synthetic-data/train`: a function of these two alone, and independent of
 * the streams of all other seeds and names. The same numbers on every machine.
 */
export function randomStream(seed: number, name: string): RandomStream {
  const text = `${seed}/${name}`;
  let generator = xoroshiro128plusFromState([1, 2, 3, 4].map((word) => murmur3(text, word)));
  const uniform = () => uniformFloat64(generator);
  return {
    uniform,
    gaussian: polarGaussians(uniform),
    get state() {
      return generator.getState();
    },
    set state(words) {
      generator = xoroshiro128plusFromState(words);
    },
  };
}

/** Marsaglia's polar method. It makes two normal numbers at a time from a uniform point of the unit disc. */
function polarGaussians(uniform: () => number): () => number {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const square = x * x + y * y;
      if (square > 0 && square < 1) {
        const factor = Math.sqrt((-2 * ln(square)) / square);
        spare = y * factor;
        return x * factor;
      }
    }
  };
}

/** MurmurHash3 (32 bits) of the UTF-16 units of a text; each `seed` gives another hash function. */
function murmur3(text: string, seed: number): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) {
    const block = Math.imul(rotateLeft(Math.imul(text.charCodeAt(i), 0xcc9e2d51), 15), 0x1b873593);
    hash = (Math.imul(rotateLeft(hash ^ block, 13), 5) + 0xe6546b64) | 0;
  }
  hash ^= text.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
