import type { Progress } from '../engine/kind.ts';

/** The bytes of an input: of one artifact, of a group of them by name, or of a list of either. */
export type InputBytes = Uint8Array | Readonly<Record<string, Uint8Array>> | readonly InputBytes[];

/** What a worker of the page is asked to do. */
export interface Job {
  /** The code of the bundle. */
  readonly code: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, InputBytes>>;
}

/** What came of it. */
export type Ending = { readonly outputs: Readonly<Record<string, Uint8Array>> } | { readonly problem: string };

/** What a worker says: how far it is, any number of times, and then what came of it. */
export type Message = { readonly progress: Progress } | Ending;
