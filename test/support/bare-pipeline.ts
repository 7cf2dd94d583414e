import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as v from 'valibot';
import type { Pipeline } from '../../engine/pipeline.ts';

/** A pipeline at the top of a folder, for work below the command line: whoever needs a graph builds it. */
export function barePipeline(root: string): Pipeline {
  const module = pathToFileURL(join(root, 'pipeline.ts')).href;
  return { module, params: {}, options: {}, schema: () => v.strictObject({}), build: () => {} };
}
