import * as v from 'valibot';
import { jsonFormat } from '../engine/json-format.ts';

export const numbers = jsonFormat('numbers', v.pipe(v.array(v.number()), v.readonly()));
