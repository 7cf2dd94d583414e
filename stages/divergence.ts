import { StageError } from '../engine/kind.ts';
import { DivergenceError } from '../science/gradient-descent.ts';

/**
 * What to do where a training fails: a divergence is told of in words for who can mend it.
 * @param which Which training it is, as it stands between "The training" and "diverged".
 * @returns a function that throws a {StageError} for a DivergenceError, and any other error as it is.
 */
export function rethrowDivergence(which: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof DivergenceError)) throw error;
    throw new StageError(`The training ${which} diverged: ${error.message}. Train with a smaller step.`);
  };
}
