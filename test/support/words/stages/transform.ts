import * as v from 'valibot';
import { defineSource } from '../../../../engine/kind.ts';
import { perform } from '../lib/perform.ts';
import { rotate } from '../lib/rotate.ts';
import { text } from './text.ts';

export default defineSource({
  name: 'transform',
  module: import.meta.url,
  effects: ['process'],
  params: v.strictObject({ name: v.string(), snr: v.number() }),
  inputs: { original: text },
  outputs: { text },
  async run({ params, inputs, options, log, progress }) {
    log(`rotates by ${params.snr}`);
    await progress({ done: 1, total: 2 });
    return perform(`transform/${params.name}`, options, 'text', () =>
      rotate(inputs.original, Math.round(10 * params.snr)),
    );
  },
});
