import type { Kept } from '../engine/checkout.ts';
import { withoutCredentials } from '../engine/credentials.ts';
import type { Emit } from '../engine/events.ts';
import type { Pipeline } from '../engine/pipeline.ts';
import { Session } from '../engine/session.ts';

/** Does some work in a session on the checkout of a pipeline, so that nobody else writes to it meanwhile. */
export function inSession<Result>(
  pipeline: Pipeline,
  placeFolder: string,
  emit: Emit,
  signal: AbortSignal,
  work: (session: Session) => Promise<Result>,
  kept: Kept = {},
): Promise<Result> {
  const owner = `process ${process.pid}, ${withoutCredentials(process.argv.slice(2).join(' '))}, since ${new Date().toISOString()}`;
  return Session.during({ pipeline, placeFolder, owner, emit, signal, kept }, work);
}
