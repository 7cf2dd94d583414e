import { vi } from 'vitest';

/** The pipeline of the paper, without running any command of it. */
export async function importPipeline() {
  const { argv } = process;
  process.argv = [argv[0], 'pipeline.ts', '--help'];
  const silent = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const { pipeline } = await import('../../pipeline.ts');
  silent.mockRestore();
  process.argv = argv;
  return pipeline;
}
