import * as v from 'valibot';
import { defineFormat } from '../../engine/format.ts';
import { defineKind, many } from '../../engine/kind.ts';

const number = defineFormat({
  name: 'number',
  extension: 'txt',
  encode: (value: number) => new TextEncoder().encode(String(value)),
  decode: (bytes) => Number(new TextDecoder().decode(bytes)),
});

/** A small stage: the sum of its term and of its inputs, modulo a million. */
export default defineKind({
  name: 'sum',
  module: import.meta.url,
  params: v.strictObject({ term: v.number() }),
  inputs: { numbers: many(number) },
  outputs: { sum: number },
  run: ({ params, inputs }) => ({ sum: inputs.numbers.reduce((total, term) => total + term, params.term) % 1e6 }),
});
