import { withUpstream } from '../engine/graph.ts';
import { readLock } from '../engine/lock-file.ts';
import { openRemote } from '../engine/open-remote.ts';
import type { Pipeline } from '../engine/pipeline.ts';
import { push as pushResults } from '../engine/push.ts';
import { readSigningKey, readTrustedKeys } from '../engine/shared-result.ts';
import { SharedStore } from '../engine/shared-store.ts';
import type { ChoiceOptions } from './choice.ts';
import { configurationOf } from './configuration.ts';
import { formatBytes } from './format.ts';
import { inSession } from './in-session.ts';
import { interruptible } from './interruptible.ts';
import { showError } from './plain-view.ts';
import { print, printError } from './print.ts';
import { type RemoteOptions, requiredRemote } from './remote.ts';
import { stagesNamed } from './targets.ts';

export interface PushOptions extends ChoiceOptions, RemoteOptions {
  readonly force?: boolean;
  readonly json?: boolean;
}

/**
 * Brings the results of the targets, or of everything, and of all that they are built from, to a shared store.
 * @returns 1 if some can't be pushed.
 */
export async function push(pipeline: Pipeline, targets: readonly string[], options: PushOptions): Promise<number> {
  const { graph, placeFolder } = await configurationOf(pipeline, options);
  const chosen = targets.length === 0 ? graph : withUpstream(graph, stagesNamed(graph, targets));
  const url = requiredRemote(options);
  const keyPath = process.env.PIPELINE_SIGNING_KEY || undefined;
  const key = keyPath === undefined ? undefined : readSigningKey(keyPath);
  const trusted = readTrustedKeys([...(options.trust ?? []), ...(keyPath === undefined ? [] : [keyPath])]);
  return interruptible((signal) =>
    inSession(pipeline, placeFolder, showError, signal, async (session) => {
      const remote = await openRemote(url, signal);
      const witnesses = { lock: readLock(session.checkout.layout), trusted };
      const shared = new SharedStore(remote, witnesses, showError, signal);
      const pushed = await pushResults(session.checkout, {
        graph: chosen,
        remote,
        shared,
        key,
        again: options.force ?? false,
      });
      session.save();
      const { results, objects, bytes, there, stale, left } = pushed;
      if (options.json) {
        print(JSON.stringify({ event: 'pushed', remote: remote.name, ...pushed }));
      } else {
        const unsigned =
          key === undefined && results > 0 ? ', not signed: only who has them in the lock takes them' : '';
        print(`pushed ${results} results and ${objects} objects (${formatBytes(bytes)}) to ${remote.name}${unsigned}`);
        const perhaps = key === undefined ? '' : ', perhaps not signed by you: --force writes them again';
        if (there > 0) print(`${there} results were there already${perhaps}`);
        if (stale.length > 0) print(`${stale.length} stages have no result: run all, and push again`);
      }
      for (const { stage, because } of left) printError(`${stage} is left: ${because}`);
      return left.length > 0 ? 1 : 0;
    }),
  );
}
