import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A source of standard normal numbers for tests, by the sum of twelve uniforms: its first two moments are exact. */
export function gaussians(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  const uniform = () => (generator.next() >>> 0) / 0x1_0000_0000;
  return () => Array.from({ length: 12 }, uniform).reduce((sum, value) => sum + value, -6);
}
