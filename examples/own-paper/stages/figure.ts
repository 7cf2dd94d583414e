import * as v from 'valibot';
import { parse, View } from 'vega';
import { compile } from 'vega-lite';
import { defineFormat } from '../engine/format.ts';
import { defineKind, many } from '../engine/kind.ts';
import { numbers } from './formats.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const axis = (field: string) => ({ field, type: 'quantitative', scale: { type: 'log' } }) as const;

export default defineKind({
  name: 'figure',
  module: import.meta.url,
  params: v.strictObject({}),
  inputs: { errors: many(numbers) },
  outputs: { svg: defineFormat({ name: 'svg', extension: 'svg', encode, decode: String }) },
  async run({ inputs: { errors } }) {
    const values = errors.map(([n, error]) => ({ n, error }));
    const { spec } = compile({ data: { values }, mark: 'point', encoding: { x: axis('n'), y: axis('error') } });
    return { svg: await new View(parse(spec)).toSVG() };
  },
});
