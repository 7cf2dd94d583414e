import { artifactType } from '../../engine/kind.ts';

/** The compiled matrix kernel of the portable engine: a WebAssembly module (science/kernel/kernel.ts). */
export const kernelFile = artifactType('kernel', 'wasm');
