import { setImmediate } from 'node:timers/promises';
import * as v from 'valibot';
import { describeError } from './errors.ts';
import type { JobResult } from './executor.ts';
import { type Kind, StageError } from './kind.ts';
import { type MessageFromWorker, type MessageToWorker, messageToWorker } from './worker-messages.ts';

/** A process that runs one job after the other, as its parent says. */

const PROGRESS_MS = 100;
const KILOBYTE = 1024;

process.on('message', async (received) => {
  const before = outputBytes();
  const result = await resultOf(v.parse(messageToWorker, received));
  send({ type: 'result', result, outputBytes: outputBytes() - before });
});
process.on('disconnect', () => process.exit());
// Ctrl-C reaches the whole group: the parent decides what it means for a worker.
process.on('SIGINT', () => {});

async function resultOf(job: MessageToWorker): Promise<JobResult> {
  try {
    await runJob(job);
    return { ok: true, peakBytes: process.resourceUsage().maxRSS * KILOBYTE };
  } catch (error) {
    const message = describeError(error);
    send({ type: 'log', line: error instanceof Error && !(error instanceof StageError) ? `${error.stack}` : message });
    return { ok: false, message };
  }
}

async function runJob({ module, params, inputs, outputs, options }: MessageToWorker): Promise<void> {
  const imported: { default?: unknown } = await import(module);
  const kind = imported.default;
  if (!isKind(kind)) throw new TypeError(`the default export of ${module} is not a kind of stage`);
  const before = pendingWork();
  let reported = performance.now();
  await kind.run({
    params: v.parse(kind.params, params),
    inputs,
    outputs,
    options,
    log: (line) => send({ type: 'log', line }),
    progress: async (progress) => {
      const now = performance.now();
      if (now - reported < PROGRESS_MS) return;
      reported = now;
      send({ type: 'progress', progress });
      await setImmediate();
    },
  });
  await setImmediate();
  if (pendingWork() > before) {
    throw new Error(
      'the stage reported done while it was still at work: have its run() await everything that it starts',
    );
  }
}

function outputBytes(): number {
  return process.stdout.bytesWritten + process.stderr.bytesWritten;
}

/** How many timers and file operations of this process are not done. */
function pendingWork(): number {
  return process.getActiveResourcesInfo().filter((type) => type === 'Timeout' || type.startsWith('FSReq')).length;
}

function isKind(value: unknown): value is Kind {
  return (
    typeof value === 'object' &&
    value !== null &&
    'run' in value &&
    typeof value.run === 'function' &&
    'params' in value
  );
}

function send(message: MessageFromWorker): void {
  process.send?.(message);
}
