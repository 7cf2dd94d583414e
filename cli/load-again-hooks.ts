import type { ResolveHook } from 'node:module';

/**
 * Has modules be loaded again that a module imports which is loaded again itself: the query of its URL lists them
 * (load-again.ts). What was loaded by one URL is not loaded again, so they have the same query.
 */
export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  const resolved = await nextResolve(specifier, context);
  const [, query] = /\.ts\?(\d+&.*)$/.exec(context.parentURL ?? '') ?? [];
  if (query === undefined) return resolved;
  const again: string[] = JSON.parse(decodeURIComponent(query.slice(query.indexOf('&') + 1)));
  return again.includes(resolved.url) ? { ...resolved, url: `${resolved.url}?${query}` } : resolved;
};
