import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { defineKind } from '../../../../engine/kind.ts';
import { perform } from '../lib/perform.ts';
import { rotate } from '../lib/rotate.ts';
import { text } from './text.ts';

export default defineKind({
  name: 'transform',
  module: import.meta.url,
  params: v.strictObject({ name: v.string(), snr: v.number() }),
  inputs: { original: text },
  outputs: { text },
  async run({ params, inputs, outputs, log, progress }) {
    log(`rotates by ${params.snr}`);
    await progress({ done: 1, total: 2 });
    const original = await readFile(inputs.original, 'utf8');
    await perform(`transform/${params.name}`, outputs.text, () => rotate(original, Math.round(10 * params.snr)));
  },
});
