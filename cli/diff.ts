import { openCheckout } from '../engine/checkout.ts';
import { UserError } from '../engine/errors.ts';
import { fileAtCommit, resolveCommit } from '../engine/git.ts';
import { LOCK } from '../engine/layout.ts';
import { compareLocks } from '../engine/lock-diff.ts';
import { parseLock, requiredLock } from '../engine/lock-file.ts';
import { type Pipeline, rootOf } from '../engine/pipeline.ts';
import { type ChangeGroup, groupsOf } from './change-groups.ts';
import { configurationOf } from './configuration.ts';
import { print } from './print.ts';

/** Of so many outputs of stages that changed alike it is told how they changed. */
const SHOWN = 3;

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
  else for (const line of linesOf(groupsOf(changes))) print(line);
  return 0;
}

function linesOf(groups: readonly ChangeGroup[]): string[] {
  if (groups.length === 0) return ['the locks are equal'];
  return groups.flatMap(({ change, reasons, stages }) => [
    `${namesOf(stages)} ${change}`,
    ...reasons.map((reason) => `  ${reason}`),
    ...outputsOf(stages),
  ]);
}

function namesOf([first, ...others]: ChangeGroup['stages']): string {
  return `${first?.name}${others.length === 0 ? '' : ` and ${others.length} more`}`;
}

/** What is said of the outputs: of a single stage all, of many those of the first few. */
function outputsOf(stages: ChangeGroup['stages']): string[] {
  if (stages.length === 1) return stages.flatMap(({ outputs }) => outputs.map((output) => `  ${output}`));
  const lines = stages.flatMap(({ name, outputs }) => outputs.map((output) => `  ${name}: ${output}`));
  const left = lines.length - SHOWN;
  return left <= 1 ? lines : [...lines.slice(0, SHOWN), `  and ${left} outputs more: --json has them all`];
}
