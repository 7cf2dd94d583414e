import stdlibExp from '@stdlib/math-base-special-exp';
import stdlibLn from '@stdlib/math-base-special-ln';
import stdlibLog1p from '@stdlib/math-base-special-log1p';

/** e^x. Like the others here it gives the same bits on every machine, which Math.exp does not. */
export const exp: (x: number) => number = stdlibExp;

/** The natural logarithm. */
export const ln: (x: number) => number = stdlibLn;

/** The natural logarithm of 1 + x. */
export const log1p: (x: number) => number = stdlibLog1p;
