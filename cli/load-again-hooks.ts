import type { InitializeHook, ResolveHook } from 'node:module';
import { transform } from 'esbuild';

/** Starts the compiler of the loader, which else the first change waits for. */
export const initialize: InitializeHook = async () => {
  await transform('');
};

/**
 * Has modules be loaded again whose URLs the query of the importing module lists (load-again.ts): by that query, since
 * what was loaded by one URL is not loaded again.
 */
export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  const resolved = await nextResolve(specifier, context);
  const [, query = ''] = context.parentURL?.split('?') ?? [];
  const modules: string[] = JSON.parse(new URLSearchParams(query).get('again') ?? '[]');
  return modules.includes(resolved.url) ? { ...resolved, url: `${resolved.url}?${query}` } : resolved;
};
