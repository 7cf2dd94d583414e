import * as v from 'valibot';
import { defineKind } from '../engine/kind.ts';
import { numbers } from './formats.ts';

export default defineKind({
  name: 'measure',
  module: import.meta.url,
  params: v.strictObject({ n: v.number() }),
  inputs: { slope: numbers },
  outputs: { error: numbers },
  run: ({ params: { n }, inputs: { slope } }) => ({ error: [n, Math.abs(slope[0] - 2)] }),
});
