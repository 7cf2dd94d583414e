import { bytesFormat } from './bytes.ts';

/** The compiled matrix kernel of the portable backend: a WebAssembly module (science/kernel/kernel.ts). */
export const kernelFile = bytesFormat('kernel', 'wasm');
