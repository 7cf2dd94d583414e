import type { Digest } from './digest.ts';
import { UserError } from './errors.ts';

/** What a shared store keeps: `cas`, the bytes of objects by their digest; `ac`, what recipes gave. Bazel's remote caches have the same names. */
export type Shelf = 'cas' | 'ac';

export type Key = `${Shelf}/${Digest}`;

/** A larger object is not shared, so that no server can fill the memory. */
export const MAX_BYTES = 256 * 1024 * 1024;

/** More than this is read of one body at a time only. */
export const SMALL_BYTES = 8 * 1024 * 1024;

/** A shared store as a place of bytes. It is believed in nothing: whoever reads from it checks what comes. */
export interface Remote {
  /** What people call it: its URL, without credentials. */
  readonly name: string;
  /**
   * The bytes under a key; undefined if there are none.
   * @throws {TooLarge} if they are more than the most.
   * @throws {Unreachable} if nobody answers.
   * @throws {UserError} if they can't be had.
   */
  get(key: Key, most: number): Promise<Uint8Array | undefined>;
  /** Puts bytes under a key: all of them, or none. */
  put(key: Key, contents: Uint8Array): Promise<void>;
  /** All that a shelf has, in one listing; undefined if the remote has no listings. */
  list(shelf: Shelf): Promise<ReadonlySet<Digest> | undefined>;
  /** When what is under a key was put there; undefined if there is nothing. */
  modifiedAt(key: Key): Promise<Date | undefined>;
  remove(key: Key): Promise<void>;
  /** Removes what pushes that were killed before a date have left. */
  removeParts(before: Date): Promise<void>;
}

/** The bytes under a key are more than was asked for. */
export class TooLarge extends UserError {
  override readonly name = 'TooLarge';
}

/** Nobody answers, however often one asks. */
export class Unreachable extends UserError {
  override readonly name = 'Unreachable';
}
