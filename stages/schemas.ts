import * as v from 'valibot';

/** Schemas of the numbers that params and files hold. JSON has no NaN and no infinity, and so have they not. */

export const finite = v.pipe(v.number(), v.finite());

export const positive = v.pipe(finite, v.gtValue(0));

/** A whole number that a float64 holds exactly. */
export const whole = v.pipe(v.number(), v.safeInteger());

export const count = v.pipe(whole, v.minValue(1));

export const natural = v.pipe(whole, v.minValue(0));

/** A number, or the text of one, as cells of a table and metadata have it. */
export const numeric = v.pipe(v.union([v.number(), v.pipe(v.string(), v.minLength(1), v.transform(Number))]), finite);

const empty = v.pipe(
  v.literal(''),
  v.transform(() => undefined),
);

/** A number as above, or an empty cell. */
export const optionalNumeric = v.optional(v.union([empty, numeric]));
