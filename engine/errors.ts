/**
 * A failure that people can mend, told in one message: what was wrong, where, what to do. Shown without a stack trace.
 */
export class UserError extends Error {
  override readonly name: string = 'UserError';
}

/** The command or the configuration is wrong: nothing was run. */
export class UsageError extends UserError {
  override readonly name = 'UsageError';
}

const systemErrors: Readonly<Record<string, string>> = {
  ENOSPC: 'there is no space left on the disk: free some and run again',
  EDQUOT: 'the disk quota is used up: free some space and run again',
  EROFS: 'the file system is read-only: make it writable and run again',
  EACCES: 'permission is denied: make the path accessible to you and run again',
  EPERM: 'permission is denied: make the path accessible to you and run again',
  EMFILE: 'this process may not open more files: raise the limit (ulimit -n) and run again',
  ENFILE: 'the system may not open more files: close some programs and run again',
  EAGAIN: 'the system may not start more processes: close some programs and run again',
  EEXIST: 'a file stands where a folder should be: move it away and run again',
  EISDIR: 'a folder stands where a file should be: move it away and run again',
  ENOTDIR: 'a file stands where a folder should be: move it away and run again',
  // Node says so of a read-only file system, too, when it makes a folder with those above it.
  'mkdir ENOENT':
    "the folder can't be made: make the file system writable, or mend the link that leads there, and run again",
};

/** What an error says to the person who can mend it. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  const advice = systemErrors[code] ?? ('syscall' in error ? systemErrors[`${error.syscall} ${code}`] : undefined);
  if (advice === undefined) return error.message;
  // Of two paths, either may be at fault.
  const paths = ['path' in error && error.path, 'dest' in error && error.dest].filter(Boolean);
  return paths.length === 0 ? advice : `${paths.join(' -> ')}: ${advice}`;
}
