import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { StageError } from '../../engine/kind.ts';
import { type FetchOptions, fetchFile } from '../../stages/mnist/fetch-file.ts';
import { bytes, endless, hangUpAfter, inTurn, type Loopback, serve, silence, stallAfter, status } from './loopback.ts';

const RETRIES = 2;
const content = randomBytes(200_000);
/** The head of a gzip file up to its name, which ends with a zero byte. */
const ENDLESS_NAME = Buffer.from('1f8b0808000000000003', 'hex');
const LIMIT = content.length + 1000;

interface Outcome {
  readonly result: PromiseSettledResult<Uint8Array | undefined>;
  /** How many bytes were unpacked, as far as reported. */
  readonly unpacked: number;
  readonly log: readonly string[];
}

async function download(url: string, options: Partial<FetchOptions> = {}): Promise<Outcome> {
  let unpacked = 0;
  const log: string[] = [];
  const [result] = await Promise.allSettled([
    fetchFile(url, {
      maxBytes: LIMIT,
      onBytes: async (bytes) => {
        unpacked = bytes;
      },
      log: (line) => log.push(line),
      retries: RETRIES,
      minBackoffMs: 0,
      ...options,
    }),
  ]);
  return { result, unpacked, log };
}

function expectRefusal({ result }: Outcome, ...parts: readonly string[]): void {
  expect(result.status).toBe('rejected');
  if (result.status !== 'rejected') return;
  expect(result.reason).toBeInstanceOf(StageError);
  for (const part of parts) expect(String(result.reason.message)).toContain(part);
}

function expectContent({ result }: Outcome): void {
  expect(result.status === 'fulfilled' && result.value !== undefined && content.equals(result.value)).toBe(true);
}

async function expectHungUp(server: Loopback): Promise<void> {
  await vi.waitFor(() => expect(server.pending()).toBe(0));
}

describe('a file that is there', () => {
  test('plain', async () => {
    const { url } = await serve(bytes(content));
    expectContent(await download(url));
  });

  test('gzip, which its bytes tell and not its name', async () => {
    const { url } = await serve(bytes(gzipSync(content)));
    expectContent(await download(`${url}file.txt`));
  });

  test('gzip whose first byte comes alone', async () => {
    const packed = gzipSync(content);
    const { url } = await serve((_, response) => {
      response.write(packed.subarray(0, 1));
      setImmediate(() => response.end(packed.subarray(1)));
    });
    expectContent(await download(url));
  });

  test('shorter than the magic number of gzip', async () => {
    const { url } = await serve(bytes(Buffer.of(0x1f)));
    expect((await download(url)).result).toEqual({ status: 'fulfilled', value: Uint8Array.of(0x1f) });
  });

  test('reports the bytes unpacked, up to the last', async () => {
    const { url } = await serve(bytes(content));
    const reports: number[] = [];
    await download(url, {
      onBytes: async (written) => {
        reports.push(written);
      },
    });
    expect(reports.at(-1)).toBe(content.length);
    expect(reports).toEqual(reports.toSorted((a, b) => a - b));
  });
});

describe('what is tried again', () => {
  test.each([
    ['a failing server', status(500)],
    ['a busy server', status(429)],
    ['a connection that breaks', hangUpAfter(content.subarray(0, 100_000))],
    ['a connection that breaks inside gzip', hangUpAfter(gzipSync(content).subarray(0, 100_000))],
  ])('%s, then the file', async (_, failure) => {
    const server = await serve(inTurn(failure, bytes(content)));
    const outcome = await download(server.url);
    expectContent(outcome);
    expect(server.requests).toHaveLength(2);
    expect(outcome.log).toEqual([expect.stringContaining(`attempt 1 of ${RETRIES + 1}: ${server.url}`)]);
  });

  test.each([
    ['a failing server', status(503), 'answered 503'],
    ['a connection that breaks', hangUpAfter(content.subarray(0, 100)), 'cannot be downloaded'],
    ['a server that never answers', silence, 'sent nothing for 0.05 seconds'],
    ['a server that stops in the middle', stallAfter(content.subarray(0, 100_000)), 'sent nothing for 0.05 seconds'],
    ['a server that stops inside gzip', stallAfter(gzipSync(content).subarray(0, 9)), 'sent nothing for 0.05 seconds'],
  ])('%s, and not for ever', async (_, failure, message) => {
    const server = await serve(failure);
    const outcome = await download(server.url, { stallMs: 50 });
    expectRefusal(outcome, server.url, message, `${RETRIES + 1} attempts`);
    expect(outcome.log).toHaveLength(RETRIES + 1);
  });

  test('the wait doubles', async () => {
    const { url } = await serve(status(500));
    const timers = vi.spyOn(globalThis, 'setTimeout');
    onTestFinished(() => timers.mockRestore());
    await download(url, { minBackoffMs: 7 });
    const waits = timers.mock.calls.map(([, wait]) => wait ?? 0);
    expect(waits.filter((wait) => wait === 7 || wait === 14 || wait === 28)).toEqual([7, 14]);
  });

  test.each(['127.0.0.1', 'localhost'])('nobody listening on %s', async (host) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    server.close();
    await once(server, 'close');
    const outcome = await download(`http://${host}:${port}/`);
    expectRefusal(outcome, 'ECONNREFUSED', `${host}:${port}`);
    expect(outcome.log).toHaveLength(RETRIES + 1);
  });
});

describe('what is not tried again', () => {
  test('404 is an answer', async () => {
    const server = await serve(status(404));
    expect((await download(server.url)).result).toEqual({ status: 'fulfilled', value: undefined });
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ['a refusal', status(403), '403 Forbidden'],
    ['truncated gzip', bytes(gzipSync(content).subarray(0, 1000)), 'damaged gzip: unexpected end of file'],
    ['corrupt gzip', bytes(Buffer.concat([gzipSync(content).subarray(0, -8), Buffer.alloc(8)])), 'damaged gzip'],
    ['more than the limit', bytes(Buffer.concat([content, content])), `more than ${LIMIT} bytes`],
    ['a gzip bomb', bytes(gzipSync(Buffer.alloc(50_000_000))), `more than ${LIMIT} bytes`],
    ['a body without end', endless(), `more than ${LIMIT} bytes`],
    ['gzip whose head has no end', endless(ENDLESS_NAME), `more than ${LIMIT} bytes`],
    ['a refusal without end', endless(Buffer.from('<html>'), 403), '403 Forbidden'],
  ])('%s', async (_, listener, message) => {
    const server = await serve(listener);
    const outcome = await download(server.url);
    expectRefusal(outcome, server.url, message);
    expect(server.requests).toHaveLength(1);
    await expectHungUp(server);
    expect(outcome.unpacked).toBeLessThanOrEqual(LIMIT);
  });
});

test('a slow server is not a stalled one', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const parts = [0, 1, 2, 3].map((k) => content.subarray(k * 50_000, (k + 1) * 50_000));
    let sendNext = () => {};
    const { url } = await serve((_, response) => {
      let sent = 0;
      sendNext = () => {
        response.write(parts[sent]);
        sent += 1;
        if (sent === parts.length) response.end();
      };
      sendNext();
    });
    const outcome = await download(url, {
      stallMs: 1000,
      retries: 0,
      onBytes: async (written) => {
        if (written % 50_000 !== 0 || written === content.length) return;
        vi.advanceTimersByTime(900);
        sendNext();
      },
    });
    expectContent(outcome);
  } finally {
    vi.useRealTimers();
  }
});

test('a finished download leaves no timer that holds the process up', async () => {
  const started = vi.spyOn(globalThis, 'setTimeout');
  const cleared = vi.spyOn(globalThis, 'clearTimeout');
  onTestFinished(() => {
    started.mockRestore();
    cleared.mockRestore();
  });
  const { url } = await serve(bytes(content));
  await download(url, { stallMs: 9999 });
  const stall = started.mock.results[started.mock.calls.findIndex(([, wait]) => wait === 9999)].value;
  expect(cleared.mock.calls.map(([timer]) => timer).includes(stall)).toBe(true);
});

test.each([
  ['plain', content.subarray(0, 1000)],
  ['gzip', gzipSync(content).subarray(0, 100_000)],
])('a rejected progress report stops the download, though the server stalls (%s)', async (_, body) => {
  const server = await serve(stallAfter(body));
  const cancelled = new Error('cancelled');
  const outcome = await download(server.url, { onBytes: () => Promise.reject(cancelled), stallMs: 600_000 });
  expect(outcome.result).toEqual({ status: 'rejected', reason: cancelled });
  expect(server.requests).toHaveLength(1);
  await expectHungUp(server);
});
