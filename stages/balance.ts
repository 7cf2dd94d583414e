/** Balanced is a ratio of signal to noise learning within this factor of 1; beyond it, one kind of learning dominates the other. */
export const BALANCE = 3;
