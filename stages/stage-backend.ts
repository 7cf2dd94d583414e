import { type Native, StageError } from '../engine/kind.ts';
import { BackendUnavailableError, type MatrixBackend } from '../science/matrix-backend.ts';
import { type BackendName, openBackend } from '../science/open-backend.ts';

/** What a training on a backend uses that no bundle can hold: the packages of TensorFlow.js, which are not portable. */
export function nativeOf({ backend }: { readonly backend: BackendName }): Native | undefined {
  switch (backend) {
    case 'native':
      return {
        packages: ['@tensorflow/tfjs-node', '@tensorflow/tfjs-core'],
        portable: false,
        // Stages run side by side, so a thread each; and no notices.
        environment: { TF_NUM_INTRAOP_THREADS: '1', TF_CPP_MIN_LOG_LEVEL: '1' },
      };
    case 'tfjs':
      return { packages: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-wasm'], portable: false };
    default:
      return undefined;
  }
}

/**
 * Runs work on the backend that a stage is to use, and frees all that it has left there.
 * @throws {StageError} if the backend does not work on this machine.
 */
export async function onStageBackend<Result>(
  name: BackendName,
  work: (backend: MatrixBackend) => Promise<Result>,
): Promise<Result> {
  const backend = await openBackend(name).catch((error: unknown) => {
    throw error instanceof BackendUnavailableError ? new StageError(error.message) : error;
  });
  try {
    return await work(backend);
  } finally {
    backend.close();
  }
}
