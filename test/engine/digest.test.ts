import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import {
  canonicalJson,
  digestBytes,
  digestList,
  digestSchema,
  isPlainJson,
  type Json,
  parsedObjectSchema,
} from '../../engine/digest.ts';

const text = fc.string({ unit: 'binary', maxLength: 6 });

test('lists of other texts have other digests, however the texts run together', () => {
  fc.assert(
    fc.property(fc.array(text), fc.array(text), (a, b) => {
      expect(digestList(a) === digestList(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
    }),
  );
  // Cut in two ways, and with texts that look like frames.
  fc.assert(
    fc.property(fc.stringMatching(/^[0-3:]{1,12}$/), fc.nat(12), fc.nat(12), (whole, i, j) => {
      const a = [whole.slice(0, i), whole.slice(i)];
      const b = [whole.slice(0, j), whole.slice(j)];
      expect(digestList(a) === digestList(b)).toBe(a[0] === b[0]);
      expect(digestList([whole])).not.toBe(digestList(a));
    }),
  );
});

/** The same value with the keys of all objects in reverse order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, part]) => [key, reversed(part)]),
  );
}

test('canonical JSON does not depend on the order of keys, and loses nothing', () => {
  fc.assert(
    fc.property(fc.json({ noUnicodeString: false }), (json) => {
      const value = JSON.parse(json);
      const other = JSON.parse(JSON.stringify(reversed(value)));
      expect(canonicalJson(value)).toBe(canonicalJson(other));
      expect(JSON.parse(canonicalJson(value))).toEqual(value);
    }),
  );
  expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1}]}');
});

test('a digest is 64 hexadecimal digits, and nothing before or after them', () => {
  const digest = digestBytes('');
  expect(v.is(digestSchema, digest)).toBe(true);
  for (const other of ['', digest.slice(1), `../${digest}`, `${digest}/..`, `${digest}\n`, digest.toUpperCase()]) {
    expect(v.is(digestSchema, other), other).toBe(false);
  }
});

test('what is nested deeper than a hundred levels is refused, whatever stands beside it', () => {
  const nested = (levels: number): Json => {
    let value: Json = null;
    for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { value };
    return value;
  };
  expect(v.is(parsedObjectSchema, { value: nested(100) })).toBe(true);
  for (const value of [nested(101), [1, nested(100)], { flat: [], deep: nested(100) }]) {
    expect(v.is(parsedObjectSchema, { value })).toBe(false);
  }
});

test('plain JSON is what a parser of JSON gives again, if it is written', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      expect(isPlainJson(JSON.parse(JSON.stringify(value)))).toBe(true);
    }),
  );
  const holed = [1, 2];
  delete holed[0];
  const others = [undefined, Number.NaN, Number.POSITIVE_INFINITY, new Date(0), () => 1, 1n, new Map(), holed];
  for (const other of others) {
    expect(isPlainJson(other)).toBe(false);
    expect(isPlainJson({ deep: [other] })).toBe(false);
  }
});
