/** A generator of whole numbers below a bound, the same for the same seed (a Lehmer generator). */
export function seeded(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state * 48271) % 2147483647;
    return state % bound;
  };
}
