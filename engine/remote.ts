import type { Digest } from './digest.ts';
import { UserError } from './errors.ts';

/**
 * What a shared store keeps, by the names of Bazel's remote caches: `cas`, the bytes of objects; `ac`, what recipes
 * gave.
 */
export type Shelf = 'cas' | 'ac';

/** The name of an object or a result in a shared store. */
export type Key = `${Shelf}/${Digest}`;

/** The size of the largest object that is shared, so that no server can fill the memory. */
export const MAX_BYTES = 256 * 1024 * 1024;

/** What is larger is read one body at a time. */
export const SMALL_BYTES = 8 * 1024 * 1024;

/** A shared store as a place of bytes. Nothing that it says is believed: whoever reads from it checks what comes. */
export interface Remote {
  /** What people call it: its URL, without credentials. */
  readonly name: string;
  /**
   * The bytes under a key; undefined if there are none.
   * @param most How many bytes are read at most.
   * @throws {TooLarge} if they are more.
   * @throws {Unreachable} if nobody answers.
   * @throws {UserError} if they can't be had for another reason.
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

/** The bytes under a key are more than are to be read. */
export class TooLarge extends UserError {
  override readonly name = 'TooLarge';
}

/** The remote does not answer, however often it is asked. */
export class Unreachable extends UserError {
  override readonly name = 'Unreachable';
}
