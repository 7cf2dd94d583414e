/** What the graph is put together from, besides the kinds of stages. */

export * from './claims.ts';
export * from './conditional.ts';
export * from './drawing.ts';
export * from './features.ts';
export * from './figure.ts';
export * from './latent.ts';
export * from './law.ts';
export * from './more-snr.ts';
export * from './noisy-mnist.ts';
export * from './report.ts';
export * from './robustness.ts';
export * from './sizes.ts';
export * from './synthetic.ts';
export * from './ten-digits.ts';
export * from './times.ts';
export * from './trainings.ts';
export * from './variants.ts';
