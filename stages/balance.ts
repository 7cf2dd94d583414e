/** A ratio of signal to noise learning is balanced within this factor of 1. Beyond it, one dominates the other. */
export const BALANCE = 3;
