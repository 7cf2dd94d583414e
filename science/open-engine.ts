import type { MatrixEngine } from './matrix-engine.ts';
import { openPortableEngine } from './portable-engine.ts';
import { openNativeEngine, openTfjsEngine } from './tfjs-engine.ts';

/**
 * The names of the engines: our kernel in WebAssembly, the same bits everywhere, in float32 and in float64; tfjs-node and
 * tfjs-backend-wasm, in float32.
 */
export const ENGINES = ['portable', 'portable-float64', 'native', 'tfjs'] as const;

export type EngineName = (typeof ENGINES)[number];

/**
 * Opens a compute engine. The compiled kernel is what the portable engines run on, each in its precision; the others ignore it.
 * @throws {EngineUnavailableError} if the engine does not work on this machine.
 */
export async function openEngine(choice: { engine: EngineName; kernel: Uint8Array }): Promise<MatrixEngine> {
  switch (choice.engine) {
    case 'portable':
      return openPortableEngine(choice.kernel, 'float32');
    case 'portable-float64':
      return openPortableEngine(choice.kernel, 'float64');
    case 'native':
      return openNativeEngine();
    case 'tfjs':
      return openTfjsEngine();
  }
}
