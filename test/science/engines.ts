import { EngineUnavailableError, type MatrixEngine } from '../../science/matrix-engine.ts';
import { ENGINES, type EngineName, openEngine } from '../../science/open-engine.ts';
import { compiledKernel } from './kernel.ts';

/** An engine under test. */
export interface TestedEngine {
  readonly name: EngineName;
  /** Whether it works on this machine. */
  readonly available: boolean;
  /** Opens it anew: of the two tfjs engines, only the one opened last is in use. */
  open(): Promise<MatrixEngine>;
  /** How far its results may be off, relative to their size. */
  readonly tolerance: number;
}

/** All engines. */
export async function testedEngines(): Promise<TestedEngine[]> {
  const kernels = { float32: await compiledKernel('float32'), float64: await compiledKernel('float64') };
  const tested: TestedEngine[] = [];
  for (const name of ENGINES) {
    const precision = name === 'portable-float64' ? 'float64' : 'float32';
    const open = () => openEngine({ engine: name, kernel: kernels[precision] });
    tested.push({ name, available: await opens(open), open, tolerance: precision === 'float64' ? 1e-10 : 1e-5 });
  }
  return tested;
}

async function opens(open: () => Promise<MatrixEngine>): Promise<boolean> {
  try {
    await open();
    return true;
  } catch (error) {
    if (error instanceof EngineUnavailableError) return false;
    throw error;
  }
}
