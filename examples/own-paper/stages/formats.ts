import { defineFormat } from '../engine/format.ts';

const encode = (values: readonly number[]) => new TextEncoder().encode(JSON.stringify(values));
const decode = (bytes: Uint8Array): readonly number[] => JSON.parse(new TextDecoder().decode(bytes));
export const numbers = defineFormat({ name: 'numbers', extension: 'json', encode, decode });
