import * as v from 'valibot';
import { defineKind } from '../../../../engine/kind.ts';
import { text } from './text.ts';

export default defineKind({
  name: 'source',
  module: import.meta.url,
  params: v.strictObject({ word: v.string() }),
  inputs: {},
  outputs: { text },
  run: ({ params }) => ({ text: params.word }),
});
