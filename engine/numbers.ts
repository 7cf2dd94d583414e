/** How far apart two lists of numbers are. */
export interface Distance {
  /** How many numbers there are in each. */
  readonly counts: readonly [number, number];
  /** The largest absolute and relative difference; not there if the lists differ in length. */
  readonly largest?: { readonly absolute: number; readonly relative: number };
}

/** How far apart two lists are, number by number. A relative difference is one to the larger of the two numbers. */
export function distanceOf(a: ArrayLike<number>, b: ArrayLike<number>): Distance {
  const counts = [a.length, b.length] as const;
  if (a.length !== b.length) return { counts };
  let absolute = 0;
  let relative = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs((a[i] ?? 0) - (b[i] ?? 0));
    const size = Math.max(Math.abs(a[i] ?? 0), Math.abs(b[i] ?? 0));
    absolute = Math.max(absolute, difference);
    if (size > 0) relative = Math.max(relative, difference / size);
  }
  return { counts, largest: { absolute, relative } };
}
