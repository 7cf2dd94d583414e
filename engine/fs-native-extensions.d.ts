declare module 'fs-native-extensions' {
  /** Takes the kernel's lock on an open file, which ends with the process; false if another process has it. */
  export function tryLock(descriptor: number): boolean;
}
