import * as v from 'valibot';
import { defineSource, many } from '../../../../engine/kind.ts';
import { perform } from '../lib/perform.ts';
import { text } from './text.ts';

export default defineSource({
  name: 'collect',
  module: import.meta.url,
  effects: ['process'],
  params: v.strictObject({ separator: v.string() }),
  inputs: { variants: many(text) },
  outputs: { text },
  run: ({ params, inputs, options }) =>
    perform('collect', options, 'text', () => inputs.variants.join(params.separator)),
});
