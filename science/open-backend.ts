import type { MatrixBackend } from './matrix-backend.ts';
import { openPortableBackend } from './portable-backend.ts';
import { openNativeBackend, openTfjsBackend } from './tfjs-backend.ts';

/**
 * The names of the backends. The portable ones run our kernel in WebAssembly, with the same bits everywhere, in float32 and
 * in float64. `native` is tfjs-node and `tfjs` is tfjs-backend-wasm, both in float32.
 */
export const BACKENDS = ['portable', 'portable-float64', 'native', 'tfjs'] as const;

export type BackendName = (typeof BACKENDS)[number];

/**
 * Opens a backend.
 * @param choice Its kernel is of the precision of the backend. Only the portable backends use it.
 * @throws {BackendUnavailableError} if the backend does not work on this machine.
 */
export async function openBackend(choice: { backend: BackendName; kernel: Uint8Array }): Promise<MatrixBackend> {
  switch (choice.backend) {
    case 'portable':
      return openPortableBackend(choice.kernel, 'float32');
    case 'portable-float64':
      return openPortableBackend(choice.kernel, 'float64');
    case 'native':
      return openNativeBackend();
    case 'tfjs':
      return openTfjsBackend();
  }
}
