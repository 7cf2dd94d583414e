import { type Address, type Code, get, type Local, sum } from './assembly.ts';

/** Where a matrix is while a program runs. */
export interface Place {
  /** The parameter that holds an address. */
  readonly pointer: Local;
  /** Bytes from there to its first element. */
  readonly offset: number;
  /** Bytes from one row to the next. */
  readonly pitch: number;
}

/** An address so many bytes beyond a place: those that the code leaves, and more. */
export function within({ pointer, offset }: Place, at: Code, more = 0): Address {
  return { at: sum(get(pointer), at), offset: offset + more };
}
