/** How many different seeds there are among rows. */
export function seedCount(rows: readonly { readonly seed: number }[]): number {
  return new Set(rows.map(({ seed }) => seed)).size;
}
