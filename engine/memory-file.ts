import type * as v from 'valibot';
import { digestBytes } from './digest.ts';
import { readOptionalFile, statsAt, writeFileAtomically } from './files.ts';
import { parsedJson } from './parsed-json.ts';

const DIGEST_LENGTH = 64;

/** What was found in a file that should remember something. */
export interface Recalled<Value> {
  /** Undefined if there is nothing, or it is damaged. */
  readonly value: Value | undefined;
  readonly damaged: boolean;
}

/** What a file remembers, if that fits a schema. The digest of the rest stands before it, so that damage shows. */
export function recall<Schema extends v.GenericSchema>(path: string, schema: Schema): Recalled<v.InferOutput<Schema>> {
  const text = wholeTextOf(path);
  const value = text === undefined ? undefined : parsedJson(schema, text);
  return { value, damaged: value === undefined && statsAt(path) !== undefined };
}

/** Whether a file that should remember something holds other bytes than were written. */
export function isMemoryDamaged(path: string): boolean {
  return wholeTextOf(path) === undefined && statsAt(path) !== undefined;
}

/** What stands in a file after the digest of it; undefined if it has another. */
function wholeTextOf(path: string): string | undefined {
  const contents = readMemory(path);
  const text = contents.slice(DIGEST_LENGTH + 1);
  return contents === `${digestBytes(text)} ${text}` ? text : undefined;
}

/** The contents of the file; empty if it can't be read, for instance because it is too large. */
function readMemory(path: string): string {
  try {
    return readOptionalFile(path) ?? '';
  } catch {
    return '';
  }
}

/** A value as the contents of a file that `recall` reads. */
export function memoryText(value: unknown): string {
  const text = JSON.stringify(value);
  return `${digestBytes(text)} ${text}`;
}

/** Remembers something in a file for the next run. If that fails, the next run takes longer, and this one goes on. */
export function remember(path: string, value: unknown): void {
  try {
    writeFileAtomically(path, memoryText(value));
  } catch {}
}
