/** Params of the stage `claims` that tests have in common. */
export const SETTINGS = {
  sweep: [0.75, 6.75],
  low: 0.75,
  high: 6.75,
  moreSnr: [0.75, 6.75, 30],
  variants: { low: 0.75, high: 6.75, ends: [6.75] },
  kappas: [0.003, 33],
  stationarity: 1e-4,
};

/** No group is wired. */
export const UNWIRED = {
  convergence: [],
  margins: [],
  synthetic: [],
  otherStart: [],
  noisyMnist: [],
  noisyMnistHigh: [],
  times: [],
  sizes: [],
  tenDigits: [],
  tenDigitsHigh: [],
  variants: [],
  law: [],
  syntheticEnds: [],
  curvature: [],
  imagesByPatch: [],
  features: [],
  letters: [],
  conditional: [],
  latent: [],
};
