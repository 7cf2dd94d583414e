import { BackendUnavailableError, type MatrixBackend } from '../../science/matrix-backend.ts';
import { BACKENDS, type BackendName, openBackend } from '../../science/open-backend.ts';
import { compiledKernel } from './kernel.ts';

/** A backend under test. */
export interface TestedBackend {
  readonly name: BackendName;
  /** Whether it works on this machine. */
  readonly available: boolean;
  /** Opens it anew: of the two tfjs backends, only the one opened last is in use. */
  open(): Promise<MatrixBackend>;
  /** How far its results may be off, relative to their size. */
  readonly tolerance: number;
}

/** All backends. */
export async function testedBackends(): Promise<TestedBackend[]> {
  const kernels = { float32: await compiledKernel('float32'), float64: await compiledKernel('float64') };
  const tested: TestedBackend[] = [];
  for (const name of BACKENDS) {
    const precision = name === 'portable-float64' ? 'float64' : 'float32';
    const open = () => openBackend({ backend: name, kernel: kernels[precision] });
    tested.push({ name, available: await opens(open), open, tolerance: precision === 'float64' ? 1e-10 : 1e-5 });
  }
  return tested;
}

async function opens(open: () => Promise<MatrixBackend>): Promise<boolean> {
  try {
    await open();
    return true;
  } catch (error) {
    if (error instanceof BackendUnavailableError) return false;
    throw error;
  }
}
