import { readFile } from 'node:fs/promises';
import { max } from 'd3-array';
import * as v from 'valibot';
import { defineKind } from '../../../../engine/kind.ts';
import { perform } from '../lib/perform.ts';
import { text } from './text.ts';

export default defineKind({
  name: 'publish',
  module: import.meta.url,
  params: v.strictObject({}),
  inputs: { collection: text },
  outputs: { figure: text },
  async run({ inputs, outputs }) {
    const collection = await readFile(inputs.collection, 'utf8');
    await perform('publish', outputs.figure, () => `${collection} (up to ${max(collection)})\n`);
  },
});
