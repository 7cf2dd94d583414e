import * as v from 'valibot';
import { defineKind, StageError } from '../../../../engine/kind.ts';
import { text } from './text.ts';

export default defineKind({
  name: 'point',
  module: import.meta.url,
  params: v.strictObject({ number: v.number(), spoilt: v.boolean() }),
  inputs: { original: text },
  outputs: { text },
  run: ({ params: { number, spoilt }, inputs: { original }, log }) => {
    log(`point ${number}`);
    if (spoilt) throw new StageError('this point is spoilt: choose another');
    return { text: `${original}${number}` };
  },
});
