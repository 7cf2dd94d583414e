import { defineFormat } from '../../../../engine/format.ts';

export const text = defineFormat({
  name: 'text',
  extension: 'txt',
  encode: (value: string) => new TextEncoder().encode(value),
  decode: (bytes) => new TextDecoder().decode(bytes),
});
