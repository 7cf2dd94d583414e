import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import * as v from 'valibot';
import { type Digest, digestBytes, digestSchema } from './digest.ts';
import { describeError, UsageError } from './errors.ts';
import { parsedJson } from './parsed-json.ts';

/** What a recipe gave, as who made it tells others. */
const resultSchema = v.strictObject({
  format: v.literal(1),
  recipe: digestSchema,
  outputs: v.record(v.string(), digestSchema),
});

export type SharedResult = Omit<v.InferOutput<typeof resultSchema>, 'format'>;

/** The text of a result, and by whom it is signed. */
const letterSchema = v.strictObject({
  result: v.string(),
  signed: v.exactOptional(v.strictObject({ key: digestSchema, signature: v.string() })),
});

/** Stands before what is signed, so that a signature made for something else is none of a result. */
const PURPOSE = 'shared-result/1\n';

/** The keys of those who are believed, by their digests. */
export type TrustedKeys = ReadonlyMap<Digest, KeyObject>;

/** Why a result is not believed, to follow its name: `it is …`. */
export interface Refusal {
  readonly refused: string;
}

/** A result as bytes, signed if there is a key. */
export function sealResult(result: SharedResult, key: KeyObject | undefined): Uint8Array {
  const text = JSON.stringify({ format: 1, ...result });
  const signed = key && {
    key: digestOfKey(createPublicKey(key)),
    signature: sign(null, Buffer.from(PURPOSE + text), key).toString('base64'),
  };
  return Buffer.from(JSON.stringify({ result: text, ...(signed === undefined ? {} : { signed }) }));
}

/** The result of a recipe that some bytes hold, if a trusted key has signed it; otherwise why it is not believed. */
export function openResult(bytes: Uint8Array, recipe: Digest, trusted: TrustedKeys): SharedResult | Refusal {
  const letter = parsedJson(letterSchema, Buffer.from(bytes).toString());
  if (letter === undefined) return { refused: 'it is damaged' };
  const { result: text, signed } = letter;
  if (signed === undefined) return { refused: 'it is not signed' };
  const key = trusted.get(signed.key);
  if (key === undefined) return { refused: `it is signed by the key ${signed.key.slice(0, 16)}, which is not trusted` };
  if (!verify(null, Buffer.from(PURPOSE + text), key, Buffer.from(signed.signature, 'base64')))
    return { refused: 'its signature is not that of what it says' };
  const result = parsedJson(resultSchema, text);
  if (result === undefined) return { refused: 'it is of another version' };
  return result.recipe === recipe ? result : { refused: 'it is of another recipe' };
}

/** The digests of the outputs in a result, whoever signed it or nobody; none if the bytes hold no result. */
export function outputsIn(bytes: Uint8Array): Digest[] {
  const letter = parsedJson(letterSchema, Buffer.from(bytes).toString());
  return Object.values((letter && parsedJson(resultSchema, letter.result)?.outputs) ?? {});
}

/**
 * The key that signs results, from a PEM file that nobody else can read.
 * @throws {UsageError} if it is no such file.
 */
export function readSigningKey(path: string): KeyObject {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  if ((mode & 0o077) !== 0) throw new UsageError(`${path} signs, but others can read it: chmod 600 ${path}`);
  return ed25519(path, createPrivateKey);
}

/**
 * The keys of those who are believed, from PEM files. Empty paths, as of a variable that is set to nothing, are left
 * out.
 * @throws {UsageError} if one is no public Ed25519 key.
 */
export function readTrustedKeys(paths: readonly string[]): TrustedKeys {
  const named = paths.filter((path) => path !== '');
  return new Map(
    named.map((path) => {
      const key = ed25519(path, createPublicKey);
      return [digestOfKey(key), key];
    }),
  );
}

function ed25519(path: string, read: (pem: Buffer) => KeyObject): KeyObject {
  const key = readKey(path, read);
  if (key.asymmetricKeyType !== 'ed25519') throw new UsageError(`${path} is no Ed25519 key: ${HOW_TO_MAKE_KEYS}`);
  return key;
}

const HOW_TO_MAKE_KEYS =
  'openssl genpkey -algorithm ed25519 -out key.pem makes one, openssl pkey -in key.pem -pubout its public half';

function readKey(path: string, read: (pem: Buffer) => KeyObject): KeyObject {
  try {
    return read(readFileSync(path));
  } catch (error) {
    throw new UsageError(`${path} can't be read as a key: ${describeError(error)}\n${HOW_TO_MAKE_KEYS}`);
  }
}

function digestOfKey(key: KeyObject): Digest {
  return digestBytes(key.export({ type: 'spki', format: 'der' }));
}
