/** What the graph is put together from, besides the kinds of stages. */

export * from './drawing.ts';
export * from './extensions.ts';
export * from './law.ts';
export * from './noisy-mnist.ts';
export * from './published.ts';
export * from './report.ts';
export * from './robustness.ts';
export * from './sweeps.ts';
export * from './synthetic.ts';
export * from './trainings.ts';
export * from './variants.ts';
