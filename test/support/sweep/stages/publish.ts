import * as v from 'valibot';
import { defineSource } from '../../../../engine/kind.ts';
import { text } from './text.ts';

export default defineSource({
  name: 'publish',
  module: import.meta.url,
  effects: ['process'],
  params: v.strictObject({}),
  inputs: { collection: text },
  outputs: { figure: text },
  run: ({ inputs: { collection } }) => ({ figure: `${collection}\n` }),
});
