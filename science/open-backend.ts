import type { MatrixBackend } from './matrix-backend.ts';
import { openPortableBackend } from './portable-backend.ts';
import { openNativeBackend, openTfjsBackend } from './tfjs-backend.ts';

/**
 * The names of the backends. The portable ones compile each computation to WebAssembly, with the same bits everywhere,
 * in float32 and in float64. `native` is tfjs-node and `tfjs` is tfjs-backend-wasm, both in float32.
 */
export const BACKENDS = ['portable', 'portable-float64', 'native', 'tfjs'] as const;

export type BackendName = (typeof BACKENDS)[number];

/**
 * Opens a backend.
 * @throws {BackendUnavailableError} if it does not work on this machine.
 */
export async function openBackend(name: BackendName): Promise<MatrixBackend> {
  switch (name) {
    case 'portable':
      return openPortableBackend('float32');
    case 'portable-float64':
      return openPortableBackend('float64');
    case 'native':
      return openNativeBackend();
    case 'tfjs':
      return openTfjsBackend();
  }
}
