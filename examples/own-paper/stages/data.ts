import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import * as v from 'valibot';
import { defineKind } from '../engine/kind.ts';
import { numbers } from './formats.ts';

export default defineKind({
  name: 'data',
  module: import.meta.url,
  params: v.strictObject({ n: v.number() }),
  inputs: {},
  outputs: { points: numbers },
  run({ params: { n } }) {
    const random = xoroshiro128plus(n);
    return { points: Array.from({ length: n }, () => uniformFloat64(random)) };
  },
});
