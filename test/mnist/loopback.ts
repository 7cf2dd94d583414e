import { createServer, type RequestListener } from 'node:http';
import { onTestFinished } from 'vitest';

export interface Loopback {
  /** The server's root, ending in a slash. */
  readonly url: string;
  /** The paths that were asked for, in order. */
  readonly requests: readonly string[];
  /** How many answers are neither complete nor broken off. */
  pending(): number;
}

/** Serves HTTP on an ephemeral port of 127.0.0.1 until the running test is over. */
export async function serve(listener: RequestListener): Promise<Loopback> {
  const requests: string[] = [];
  let pending = 0;
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    pending += 1;
    response.on('close', () => {
      pending -= 1;
    });
    listener(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { url: `http://127.0.0.1:${port}/`, requests, pending: () => pending };
}

/** The listener that answers the k-th request with the k-th of the listeners, and all later ones with the last. */
export function inTurn(...listeners: readonly RequestListener[]): RequestListener {
  let next = 0;
  return (request, response) => {
    const listener = listeners[Math.min(next, listeners.length - 1)];
    next += 1;
    listener(request, response);
  };
}

/** Answers with these bytes. */
export function bytes(body: Uint8Array): RequestListener {
  return (_, response) => {
    response.end(body);
  };
}

/** Answers with a status and no file. */
export function status(code: number): RequestListener {
  return (_, response) => {
    response.writeHead(code).end('no file');
  };
}

/** Sends these bytes of a longer body, then hangs up. */
export function hangUpAfter(body: Uint8Array): RequestListener {
  return (_, response) => {
    response.writeHead(200, { 'content-length': body.length + 1 });
    response.write(body, () => response.destroy());
  };
}

/** Sends these bytes of a longer body, then nothing. */
export function stallAfter(body: Uint8Array): RequestListener {
  return (_, response) => {
    response.writeHead(200, { 'content-length': body.length + 1 });
    response.write(body);
  };
}

/** Accepts the request and never answers. */
export const silence: RequestListener = () => {};

/** Sends a head, then other bytes for as long as anyone listens. */
export function endless(head: Uint8Array = Buffer.alloc(0), code = 200): RequestListener {
  return (_, response) => {
    const chunk = Buffer.alloc(64 * 1024, 7);
    const send = () => {
      response.write(chunk, (error) => {
        if (!error) send();
      });
    };
    response.writeHead(code).write(head, send);
  };
}
