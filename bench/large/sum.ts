import { readFile, writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import { artifactType, defineKind, many } from '../../engine/kind.ts';

const number = artifactType('number', 'txt');

/** A small stage: the sum of its term and of its inputs, modulo a million. */
export default defineKind({
  name: 'sum',
  module: import.meta.url,
  params: v.strictObject({ term: v.number() }),
  inputs: { numbers: many(number) },
  outputs: { sum: number },
  async run({ params, inputs, outputs }) {
    const numbers = await Promise.all(inputs.numbers.map((path) => readFile(path, 'utf8')));
    await writeFile(outputs.sum, `${numbers.reduce((sum, text) => sum + Number(text), params.term) % 1e6}`);
  },
});
