import * as v from 'valibot';
import { defineKind, many } from '../../../../engine/kind.ts';
import { text } from './text.ts';

export default defineKind({
  name: 'collect',
  module: import.meta.url,
  params: v.strictObject({}),
  inputs: { points: many(text) },
  outputs: { text },
  run: ({ inputs }) => ({ text: inputs.points.join(' ') }),
});
