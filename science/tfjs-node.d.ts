/** An optional package: it may be missing, and is imported only to register itself with @tensorflow/tfjs-core. */
declare module '@tensorflow/tfjs-node';
