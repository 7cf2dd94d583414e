import { createRequire } from 'node:module';

type RealFunction = (x: number) => number;

/** e^x. Like the others here it gives the same bits on every machine, which Math.exp does not. */
export const exp = onDemand(() => createRequire(import.meta.url)('@stdlib/math-base-special-exp'));

/** The natural logarithm. */
export const ln = onDemand(() => createRequire(import.meta.url)('@stdlib/math-base-special-ln'));

/** The natural logarithm of 1 + x. */
export const log1p = onDemand(() => createRequire(import.meta.url)('@stdlib/math-base-special-log1p'));

/** Loads a function when it is first called: each is dozens of files, and most runs of the pipeline call none. */
function onDemand(load: () => RealFunction): RealFunction {
  let loaded: RealFunction | undefined;
  return (x) => {
    loaded ??= load();
    return loaded(x);
  };
}
