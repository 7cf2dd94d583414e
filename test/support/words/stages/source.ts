import * as v from 'valibot';
import { defineSource } from '../../../../engine/kind.ts';
import { perform } from '../lib/perform.ts';
import { text } from './text.ts';

export default defineSource({
  name: 'source',
  module: import.meta.url,
  effects: ['process'],
  params: v.strictObject({ word: v.string() }),
  inputs: {},
  outputs: { text },
  run: ({ params, options }) => perform('source', options, 'text', () => params.word.trim()),
});
