import type { MatrixEngine } from './matrix-engine.ts';
import { openPortableEngine } from './portable-engine.ts';
import { openNativeEngine, openTfjsEngine } from './tfjs-engine.ts';

/** The names of the engines: float64 in WebAssembly, the same bits everywhere; float32 in tfjs-node; in tfjs-backend-wasm. */
export const ENGINES = ['portable', 'native', 'tfjs'] as const;

export type EngineName = (typeof ENGINES)[number];

/**
 * Opens a compute engine. The compiled kernel is what `portable` runs on; the others ignore it.
 * @throws {EngineUnavailableError} if the engine does not work on this machine.
 */
export async function openEngine(choice: { engine: EngineName; kernel: Uint8Array }): Promise<MatrixEngine> {
  switch (choice.engine) {
    case 'portable':
      return openPortableEngine(choice.kernel);
    case 'native':
      return openNativeEngine();
    case 'tfjs':
      return openTfjsEngine();
  }
}
