/** The numbers in a text, such as CSV or JSON, in the order in which they stand. */
export function numbersInText(contents: Uint8Array): number[] {
  const found = new TextDecoder().decode(contents).match(/-?\d+(\.\d+)?(e[+-]?\d+)?/gi);
  return (found ?? []).map(Number);
}
