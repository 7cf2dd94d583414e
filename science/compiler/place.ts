import type { Local } from './assembly.ts';

/** Where a matrix is while a program runs. */
export interface Place {
  /** The variable that holds an address. */
  readonly pointer: Local;
  /** Bytes from there to its first element. */
  readonly offset: number;
  /** Bytes from one row to the next. */
  readonly pitch: number;
}
