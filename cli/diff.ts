import { openCheckout } from '../engine/checkout.ts';
import { UserError } from '../engine/errors.ts';
import { fileAtCommit, resolveCommit } from '../engine/git.ts';
import { LOCK } from '../engine/layout.ts';
import { compareLocks, type StageChange } from '../engine/lock-diff.ts';
import { parseLock, requiredLock } from '../engine/lock-file.ts';
import { type Pipeline, rootOf } from '../engine/pipeline.ts';
import { configurationOf } from './configuration.ts';
import { describeDistance } from './describe-distance.ts';
import { describeReason } from './describe-reason.ts';
import { print } from './print.ts';

/** Shows how the lock of the checkout differs from that of a commit. */
export async function diff(pipeline: Pipeline, ref: string, options: { readonly json?: boolean }): Promise<number> {
  const root = rootOf(pipeline);
  const commit = resolveCommit(root, ref);
  const locked = fileAtCommit(root, commit, LOCK)?.toString();
  if (locked === undefined) throw new UserError(`the commit ${ref} has no ${LOCK} to compare with`);
  const checkout = openCheckout(pipeline, '');
  const now = requiredLock(checkout.layout);
  const { graph } = await configurationOf(pipeline, { set: [] });
  const changes = compareLocks(parseLock(locked, `${LOCK} of ${ref}`), now, checkout, graph);
  if (options.json) print(JSON.stringify({ from: commit, changes }));
  else for (const line of linesOf(changes)) print(line);
  return 0;
}

/** How locks differ, in words. */
export function linesOf(changes: readonly StageChange[]): string[] {
  if (changes.length === 0) return ['the locks are equal'];
  return changes.flatMap(({ stage, change, reasons, outputs }) => [
    `${stage} ${change === 'changed' ? 'changed' : `was ${change}`}`,
    ...reasons.map((reason) => `  ${describeReason(reason)}`),
    ...outputs.map(({ output, distance }) => {
      return `  output \`${output}\` changed${distance === undefined ? '' : `: ${describeDistance(distance)}`}`;
    }),
  ]);
}
