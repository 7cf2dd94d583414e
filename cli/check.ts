import { availableParallelism } from 'node:os';
import { checkLock, strayFiles } from '../engine/check.ts';
import { openCheckout } from '../engine/checkout.ts';
import { UsageError } from '../engine/errors.ts';
import { withUpstream } from '../engine/graph.ts';
import type { RunOptions } from '../engine/kind.ts';
import { type Lock, requiredLock } from '../engine/lock-file.ts';
import type { Pipeline } from '../engine/pipeline.ts';
import { rebuild } from '../engine/rebuild.ts';
import type { SlurmOptions } from '../engine/slurm/options.ts';
import { configurationOf } from './configuration.ts';
import { describeDistance } from './describe-distance.ts';
import { describeReason } from './describe-reason.ts';
import { inSession } from './in-session.ts';
import { interruptible } from './interruptible.ts';
import { print, printError } from './print.ts';
import { type ExecutorOptions, slurmOptionsOf } from './slurm-options.ts';
import { stagesNamed } from './targets.ts';
import { viewFor } from './view.ts';

export interface CheckOptions extends ExecutorOptions {
  readonly rebuild?: boolean;
  readonly jobs?: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly runOptions: RunOptions;
}

/** Compares the checkout with its lock, or rebuilds it and compares the bytes; returns 1 if anything differs. */
export async function check(pipeline: Pipeline, targets: readonly string[], options: CheckOptions): Promise<number> {
  if (targets.length > 0 && !options.rebuild) {
    throw new UsageError('check compares everything: targets go with --rebuild');
  }
  const slurm = await slurmOptionsOf(options);
  if (slurm !== undefined && !options.rebuild) {
    throw new UsageError('check runs nothing: --executor slurm goes with --rebuild');
  }
  const checkout = openCheckout(pipeline, '');
  const lock = requiredLock(checkout.layout);
  if (options.rebuild) return checkByRebuild(pipeline, targets, options, lock, slurm);
  const { graph } = await configurationOf(pipeline, { set: [] });
  await checkout.codes.read(graph);
  const differences = checkLock(checkout, graph, lock);
  const strays = strayFiles(checkout.layout.root, graph);
  if (options.json) {
    for (const difference of differences) print(JSON.stringify({ event: 'difference', ...difference }));
    for (const path of strays) print(JSON.stringify({ event: 'stray', path }));
    const counts = { differences: differences.length, strays: strays.length };
    print(JSON.stringify({ event: 'check', stages: graph.size, ...counts }));
  } else {
    for (const { stage, reasons } of differences) {
      print(`${stage} is not as locked because`);
      for (const reason of reasons) print(`  ${describeReason(reason)}`);
    }
    const verdict =
      differences.length === 0 ? 'as the lock says' : `${differences.length} not as locked: run all, and commit`;
    print(`${graph.size} stages: ${verdict}`);
    for (const path of strays) print(`${path} is published by no stage: delete it, or keep it in another folder`);
  }
  return differences.length + strays.length === 0 ? 0 : 1;
}

async function checkByRebuild(
  pipeline: Pipeline,
  targets: readonly string[],
  options: CheckOptions,
  lock: Lock,
  slurm: SlurmOptions | undefined,
): Promise<number> {
  const { graph: whole } = await configurationOf(pipeline, { set: [] });
  const graph = targets.length === 0 ? whole : withUpstream(whole, stagesNamed(whole, targets));
  const view = await viewFor(options);
  return interruptible((signal) =>
    inSession(pipeline, '', view.show, signal, async (session) => {
      const where = { slots: options.jobs ?? availableParallelism(), slurm };
      const request = { graph, options: options.runOptions, signal };
      const { outcome, complete, divergence } = await rebuild(session, request, where, lock);
      session.save();
      view.end(outcome.summary);
      if (divergence !== undefined) {
        const { stage, output, distance } = divergence;
        const apart = distance === undefined ? '' : `: ${describeDistance(distance)}`;
        if (options.json) print(JSON.stringify({ event: 'diverged', stage, output, distance }));
        else print(`the first to diverge from the lock is ${stage}, in its output \`${output}\`${apart}`);
        return 1;
      }
      if (!complete) {
        if (outcome.summary.failed.length === 0 && !outcome.summary.interrupted) {
          printError('the lock does not have all outputs of these stages: run all, and commit');
        }
        return 1;
      }
      print(options.json ? JSON.stringify({ event: 'same' }) : 'every output is, byte for byte, as locked');
      return 0;
    }),
  );
}
