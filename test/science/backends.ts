import { BackendUnavailableError, type MatrixBackend } from '../../science/matrix-backend.ts';
import { BACKENDS, type BackendName, openBackend } from '../../science/open-backend.ts';

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
  const tested: TestedBackend[] = [];
  for (const name of BACKENDS) {
    const open = () => openBackend(name);
    tested.push({ name, available: await opens(open), open, tolerance: name === 'portable-float64' ? 1e-10 : 1e-5 });
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
