import { createHash } from 'node:crypto';
import * as v from 'valibot';

/** SHA-256 as 64 hexadecimal digits. */
export type Digest = string;

export const digestSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

/** Digest of some bytes. */
export function digestBytes(bytes: Uint8Array | string): Digest {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Digest of a list of texts, each framed by its length, so that no two lists share a digest by running together. */
export function digestList(texts: Iterable<string>): Digest {
  const framed = Array.from(texts, (text) => `${Buffer.byteLength(text)}:${text}`);
  return digestBytes(framed.join(''));
}

/** Plain JSON. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

const MAX_DEPTH = 100;

/** Whether a value is JSON that is written as it is: no number in it is infinite, and it is not nested too deep. */
export function isPlainJson(value: unknown, depth = 0): value is Json {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return typeof value === 'string' || typeof value === 'boolean';
  if (value === null) return true;
  if (depth >= MAX_DEPTH) return false;
  // Spread, since a list may have holes.
  if (Array.isArray(value)) return [...value].every((part) => isPlainJson(part, depth + 1));
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  return Object.values(value).every((part) => isPlainJson(part, depth + 1));
}

const parsedSchema = v.custom<Json>((value) => isPlainJson(value), 'it is infinite, or it is nested too deep');

/** Schema of an object that comes out of a JSON parser. */
export const parsedObjectSchema = v.record(v.string(), parsedSchema);

/** JSON text with the keys of every object in order: equal values give equal text. */
export function canonicalJson(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (!isJsonObject(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const entries = Object.entries(value).sort(byKey);
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonicalJson(part)}`).join(',')}}`;
}

/** Whether a JSON value is an object, and neither null nor a list. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Orders the entries of a record by key, by code unit: the same in every locale. */
export function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
