import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import pRetry from 'p-retry';
import { onTestFinished } from 'vitest';

const python = process.env.PYTHON;

export const hasNginx = spawnSync('nginx', ['-v']).status === 0;
export const hasMoto = python !== undefined && spawnSync(python, ['-c', 'import moto.server']).status === 0;

const HOST = '127.0.0.1';

/** A web server on a folder, for the running test. */
export interface WebServer {
  readonly url: string;
  /** The requests so far, such as `GET /cas/`. */
  requests(): string[];
}

/** nginx: everybody reads and lists, and `writer` with the password `secret` writes. */
export async function nginxOn(folder: string): Promise<WebServer> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'pipeline-test-nginx-')));
  const port = await freePort();
  for (const name of ['cas', 'ac']) mkdirSync(join(folder, name), { recursive: true });
  const hash = createHash('sha1').update('secret').digest('base64');
  writeFileSync(join(home, 'users'), `writer:{SHA}${hash}\n`);
  writeFileSync(
    join(home, 'nginx.conf'),
    `daemon off; pid ${home}/pid; ${process.getuid?.() === 0 ? 'user root;' : ''}
    events {}
    http {
      log_format requests '$request_method $uri $status';
      access_log ${home}/access requests;
      client_body_temp_path ${home}/body;
      client_max_body_size 300m;
      server {
        listen ${HOST}:${port};
        root ${folder};
        location / {
          autoindex on;
          autoindex_format json;
          dav_methods PUT DELETE;
          create_full_put_path on;
          limit_except GET { auth_basic store; auth_basic_user_file ${home}/users; }
        }
      }
    }`,
  );
  const server = execa('nginx', ['-p', home, '-c', join(home, 'nginx.conf')], { reject: false });
  onTestFinished(async () => {
    server.kill();
    await server;
    rmSync(home, { recursive: true, force: true });
  });
  const url = `http://${HOST}:${port}`;
  await untilAnswers(url);
  return { url, requests: () => readFileSync(join(home, 'access'), 'utf8').split('\n').slice(1, -1) };
}

/**
 * An S3 server, PyPI's moto, with an empty bucket, for the running test. It refuses what is not signed by its one user.
 * @returns the environment of that user.
 */
export async function motoWith(bucket: string): Promise<Record<string, string>> {
  if (python === undefined) throw new Error('PYTHON names no Python');
  const port = await freePort();
  // The requests below need no signature: there is no user yet.
  const env = { INITIAL_NO_AUTH_ACTION_COUNT: '4' };
  const server = execa(python, ['-m', 'moto.server', '-H', HOST, '-p', String(port)], { env, reject: false });
  onTestFinished(async () => {
    server.kill();
    await server;
  });
  const url = `http://${HOST}:${port}`;
  await untilAnswers(`${url}/moto-api/`);
  const iam = async (query: Record<string, string>) => {
    const authorization = 'AWS4-HMAC-SHA256 Credential=none/20300101/us-east-1/iam/aws4_request';
    const body = new URLSearchParams({ Version: '2010-05-08', UserName: 'lab', ...query });
    const response = await fetch(url, { method: 'POST', headers: { authorization }, body });
    return response.text();
  };
  const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  await fetch(`${url}/${bucket}`, { method: 'PUT' });
  await iam({ Action: 'CreateUser' });
  await iam({ Action: 'PutUserPolicy', PolicyName: 'all', PolicyDocument: JSON.stringify(everything) });
  const key = await iam({ Action: 'CreateAccessKey' });
  const textOf = (name: string) => key.match(new RegExp(`<${name}>(.*)</${name}>`))?.[1] ?? '';
  return {
    AWS_ENDPOINT_URL_S3: url,
    AWS_ACCESS_KEY_ID: textOf('AccessKeyId'),
    AWS_SECRET_ACCESS_KEY: textOf('SecretAccessKey'),
    AWS_REGION: 'us-east-1',
  };
}

/** A server that answers as a test wants; returns its URL. */
export async function serverThat(answers: RequestListener): Promise<string> {
  const server = createServer(answers);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((listening) => server.listen(0, HOST, listening));
  return `http://${HOST}:${portOf(server.address())}`;
}

async function untilAnswers(url: string): Promise<void> {
  await pRetry(() => fetch(url), { retries: 200, minTimeout: 20, maxTimeout: 100 });
}

async function freePort(): Promise<number> {
  const server = createSocketServer();
  await new Promise<void>((listening) => server.listen(0, HOST, listening));
  const port = portOf(server.address());
  await new Promise((closed) => server.close(closed));
  return port;
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
