import * as v from 'valibot';
import { defineKind } from '../../../../engine/kind.ts';
import { perform } from '../lib/perform.ts';
import { text } from './text.ts';

export default defineKind({
  name: 'source',
  module: import.meta.url,
  params: v.strictObject({ word: v.string() }),
  inputs: {},
  outputs: { text },
  async run({ params, outputs }) {
    await perform('source', outputs.text, () => params.word.trim());
  },
});
