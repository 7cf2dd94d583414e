/** The code of an error of Node's, such as ENOENT or Z_BUF_ERROR, and of anything else undefined. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** What an error says, and what it says of its cause. */
export function errorMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // The error of a host with several addresses has a code, but no message.
  const message = error.message || (errorCode(error) ?? error.name);
  return error.cause === undefined ? message : `${message}: ${errorMessage(error.cause)}`;
}
