import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { defineKind, many } from '../../../../engine/kind.ts';
import { perform } from '../lib/perform.ts';
import { text } from './text.ts';

export default defineKind({
  name: 'collect',
  module: import.meta.url,
  params: v.strictObject({ separator: v.string() }),
  inputs: { variants: many(text) },
  outputs: { text },
  async run({ params, inputs, outputs }) {
    const variants = await Promise.all(inputs.variants.map((path) => readFile(path, 'utf8')));
    await perform('collect', outputs.text, () => variants.join(params.separator));
  },
});
