/** A ratio of signal to noise learning is balanced within this factor of 1. Beyond it, one of the two dominates the other. */
export const BALANCE = 3;
