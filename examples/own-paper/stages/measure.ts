import * as v from 'valibot';
import { defineKind } from '../engine/kind.ts';
import { numbers } from './formats.ts';

export default defineKind({
  name: 'measure',
  module: import.meta.url,
  params: v.strictObject({ n: v.number() }),
  inputs: { estimate: numbers },
  outputs: { error: numbers },
  run: ({ params: { n }, inputs: { estimate } }) => ({ error: [n, Math.abs(estimate[0] - 0.5)] }),
});
