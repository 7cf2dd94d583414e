import { max } from 'd3-array';
import * as v from 'valibot';
import { defineSource } from '../../../../engine/kind.ts';
import { perform } from '../lib/perform.ts';
import { text } from './text.ts';

export default defineSource({
  name: 'publish',
  module: import.meta.url,
  effects: ['process'],
  params: v.strictObject({}),
  inputs: { collection: text },
  outputs: { figure: text },
  run: ({ inputs: { collection }, options }) =>
    perform('publish', options, 'figure', () => `${collection} (up to ${max(collection)})\n`),
});
