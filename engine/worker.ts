// A process that runs one job after the other, as its parent says.

import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import * as v from 'valibot';
import { decodeInput } from './decode-input.ts';
import { describeError } from './errors.ts';
import { frameHead } from './frames.ts';
import { isStageError, type Kind, type Native } from './kind.ts';
import { restoreLegacyUtil } from './legacy-util.ts';
import { type JobMessage, jobMessageSchema, progressSchema, type WorkerMessage } from './worker-messages.ts';

/** Where the parent reads what the worker says. */
const CHANNEL = 3;
const PROGRESS_MS = 100;
const KILOBYTE = 1024;
/** Node reads no larger file into memory. */
const MAX_OUTPUT_BYTES = 2 * 1024 * 1024 * 1024 - 1;
const NETWORK = ['fetch', 'WebSocket', 'EventSource'];
/**
 * After how much work V8 optimises a function of WebAssembly. With its own budgets (1.8 million on Node 20, 13 million
 * later) it optimises hundreds of functions of the renderer that a figure calls a few times. It is set here, and not for
 * the process, since Node does not start with a flag that its V8 does not know.
 */
setFlagsFromString('--wasm-tiering-budget=60000000');
/** V8 lets as many bytes of dropped inputs pile up, and another job's inputs on top of them, before it frees any. */
const MAX_BUFFER_BYTES = 64 * 1024 * 1024;
const collectGarbage = globalThis.gc;
globalThis.gc = undefined;

// Ctrl-C reaches the whole process group, and the parent decides what it means for a worker.
process.on('SIGINT', () => {});
// Then the parent is gone, and nobody waits for what is still at work.
process.stdin.on('end', () => process.exit());
for await (const line of createInterface({ input: process.stdin })) {
  // A stage that waits for what never comes is to end the process, which the wait for the next job would keep alive.
  process.stdin.unref();
  await perform(v.parse(jobMessageSchema, JSON.parse(line)));
  if (process.memoryUsage().arrayBuffers > MAX_BUFFER_BYTES) collectGarbage?.();
  process.stdin.ref();
}

async function perform(job: JobMessage): Promise<void> {
  const before = printedBytes();
  try {
    const outputs = await outputsOf(job);
    const sizes = outputs.map(([output, bytes]): [string, number] => [output, bytes.length]);
    const peakBytes = process.resourceUsage().maxRSS * KILOBYTE;
    send(
      { type: 'made', outputs: sizes, peakBytes, printedBytes: printedBytes() - before },
      outputs.map(([, bytes]) => bytes),
    );
  } catch (error) {
    const message = describeError(error);
    send({ type: 'log', line: error instanceof Error && !isStageError(error) ? `${error.stack}` : message });
    send({ type: 'failed', message, printedBytes: printedBytes() - before });
  }
}

async function outputsOf({ kind: name, bundle, params, inputs, outputs, pure, options, root }: JobMessage) {
  if (pure) confine();
  const imported: { default?: unknown } = await import(pathToFileURL(bundle).href);
  const kind = imported.default;
  if (!isKind(kind)) throw new TypeError(`the default export of ${bundle} is not a kind of stage`);
  if (kind.name !== name) throw new TypeError(`the module of '${name}' has '${kind.name}' as its default export`);
  const decoded = Object.entries(kind.inputs).map(([input, format]) => [input, decodeInput(format, inputs[input])]);
  const parsed = v.parse(kind.params, params);
  prepareFor(kind.native?.(parsed));
  const before = pendingWork();
  let reported = performance.now();
  const values = await kind.run({
    params: parsed,
    inputs: Object.fromEntries(decoded),
    log: (line) => send({ type: 'log', line }),
    progress: async (report) => {
      const said = v.safeParse(progressSchema, report);
      if (!said.success) throw new TypeError(`it reported a progress that is wrong: ${v.summarize(said.issues)}`);
      const now = performance.now();
      if (now - reported < PROGRESS_MS) return;
      reported = now;
      send({ type: 'progress', progress: said.output });
      await setImmediate();
    },
    options: pure ? {} : options,
    locate: (specifier) => createRequire(join(root, 'package.json')).resolve(specifier),
  });
  await setImmediate();
  if (pendingWork() > before) {
    throw new Error(
      'the stage reported done while it was still at work: have its run() await everything that it starts',
    );
  }
  const extra = Object.keys(values).find((output) => !outputs.includes(output));
  if (extra !== undefined) throw new Error(`it made '${extra}', which is not one of its declared outputs`);
  return outputs.map((output): [string, Uint8Array] => [output, encode(kind, output, values[output])]);
}

/** Takes away from pure stages what the permission model leaves them: the network, and what Node has built in. */
function confine(): void {
  for (const name of NETWORK) Reflect.deleteProperty(globalThis, name);
  Reflect.deleteProperty(process, 'getBuiltinModule');
}

/** Gives native packages, which are loaded while the stage runs, what they look for. */
function prepareFor(native: Native | undefined): void {
  if (native === undefined) return;
  Object.assign(process.env, native.environment);
  restoreLegacyUtil();
}

function encode(kind: Kind, output: string, value: unknown): Uint8Array {
  if (value === undefined) throw new Error(`it did not make its output '${output}'`);
  const encoded = kind.outputs[output]?.encode(value);
  if (!(encoded instanceof Uint8Array)) {
    throw new TypeError(`the format of its output '${output}' does not encode to bytes`);
  }
  if (encoded.byteLength > MAX_OUTPUT_BYTES) {
    throw new RangeError(
      `its output '${output}' has ${encoded.byteLength} bytes, more than the ${MAX_OUTPUT_BYTES} of a file`,
    );
  }
  return new Uint8Array(encoded.buffer, encoded.byteOffset, encoded.byteLength);
}

function printedBytes(): number {
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

function send(message: WorkerMessage, bodies: readonly Uint8Array[] = []): void {
  write(
    frameHead(
      message,
      bodies.reduce((sum, { length }) => sum + length, 0),
    ),
  );
  for (const body of bodies) write(body);
}

/** Writes to the channel, which takes at once only what it has room for, until all is written. */
function write(bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(CHANNEL, bytes, done);
}
