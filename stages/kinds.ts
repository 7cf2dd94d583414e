/** The kinds of stages, one a file. */

export { default as alignments } from './alignments.ts';
export { default as claims } from './claims.ts';
export { default as classAlignments } from './class-alignments.ts';
export { default as convergence } from './convergence.ts';
export { default as curvature } from './curvature.ts';
export { default as downloadMnist } from './download-mnist.ts';
export { default as drawing } from './drawing.ts';
export { default as endState } from './end-state.ts';
export { default as figureClasses } from './figure-classes.ts';
export { default as figureCoordinate } from './figure-coordinate.ts';
export { default as figureDynamics } from './figure-dynamics.ts';
export { default as figureGrid } from './figure-grid.ts';
export { default as figureLaw } from './figure-law.ts';
export { default as figureLosses } from './figure-losses.ts';
export { default as figureNoisyMnist } from './figure-noisy-mnist.ts';
export { default as figureRatio } from './figure-ratio.ts';
export { default as figureSampling } from './figure-sampling.ts';
export { default as figureTime } from './figure-time.ts';
export { default as figureVariants } from './figure-variants.ts';
export { default as meanField } from './mean-field.ts';
export { default as noisyMnist } from './noisy-mnist.ts';
export { default as syntheticData } from './synthetic-data.ts';
export { default as trainClassifier } from './train-classifier.ts';
export { default as trainDiffusion } from './train-diffusion.ts';
export { default as trainSoftmaxClassifier } from './train-softmax-classifier.ts';
export { default as trainVariant } from './train-variant.ts';
