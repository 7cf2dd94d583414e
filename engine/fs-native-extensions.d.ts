declare module 'fs-native-extensions' {
  /** Makes an open file the mutex of this process until the process ends; false if another process has it. */
  export function tryLock(descriptor: number): boolean;
}
