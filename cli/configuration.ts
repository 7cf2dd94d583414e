import { join, relative, resolve } from 'node:path';
import { Checkout, storeFolderOf } from '../engine/checkout.ts';
import { lockCheckout } from '../engine/checkout-lock.ts';
import { UsageError } from '../engine/errors.ts';
import type { Emit } from '../engine/events.ts';
import type { Graph } from '../engine/graph.ts';
import { mendStore } from '../engine/mend.ts';
import { graphOf, type Pipeline } from '../engine/pipeline.ts';
import { withSettings } from './params.ts';

/** The options that choose a configuration. */
export interface ConfigurationOptions {
  readonly set: readonly string[];
  readonly profile?: string;
  readonly engine?: string;
  readonly out?: string;
}

/** A configuration of the pipeline, and the folder that its outputs are put in. */
export interface Configuration {
  readonly graph: Graph;
  /** From the root; empty for the root itself, which only the committed configuration may write to. */
  readonly placeFolder: string;
}

const DEFAULT_OUT = 'out';

/**
 * The configuration that the options choose.
 * @throws {UsageError} if an option is wrong.
 */
export function configurationOf(pipeline: Pipeline, options: ConfigurationOptions): Configuration {
  const engine = options.engine === undefined ? [] : [`engine=${options.engine}`];
  const settings = [...profileSettings(pipeline, options.profile), ...options.set, ...engine];
  const committed = JSON.parse(JSON.stringify(pipeline.params));
  const params = withSettings(committed, settings);
  const isAsked = options.set.length > 0 || options.profile !== undefined;
  const isCommitted = !isAsked && JSON.stringify(params) === JSON.stringify(committed);
  const out = options.out ?? (isCommitted ? undefined : DEFAULT_OUT);
  const placeFolder = out === undefined ? '' : relative(pipeline.root, resolve(out));
  if (!isCommitted && placeFolder === '') throw new UsageError('--out is where only the committed params are built');
  return { graph: graphOf(pipeline, params), placeFolder };
}

function profileSettings({ profiles = {} }: Pipeline, name: string | undefined): readonly string[] {
  if (name === undefined) return [];
  const settings = new Map(Object.entries(profiles)).get(name);
  if (settings !== undefined) return settings;
  throw new UsageError(`there is no profile '${name}': there is ${Object.keys(profiles).join(', ') || 'none'}`);
}

/** Calls back under the lock of the checkout, with what is known of past runs, when the store is mended. */
export async function withLock<Result>(
  root: string,
  placeFolder: string,
  emit: Emit,
  signal: AbortSignal,
  work: (checkout: Checkout) => Promise<Result>,
): Promise<Result> {
  const owner = `process ${process.pid}, ${process.argv.slice(2).join(' ')}, since ${new Date().toISOString()}`;
  const unlock = await lockCheckout(join(storeFolderOf(root), 'lock'), owner, emit, signal);
  try {
    const checkout = new Checkout(root, placeFolder);
    mendStore(checkout, emit);
    return await work(checkout);
  } finally {
    unlock();
  }
}
