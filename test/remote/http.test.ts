import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { digestBytes } from '../../engine/digest.ts';
import { openRemote } from '../../engine/open-remote.ts';
import { type Key, MAX_BYTES, TooLarge } from '../../engine/remote.ts';
import { test } from './lab.ts';
import { hasNginx, nginxOn, serverThat } from './servers.ts';

const KEY: Key = `cas/${digestBytes('hello')}`;
const never = new AbortController().signal;

describe.skipIf(!hasNginx)('nginx with WebDAV', () => {
  test('takes what is pushed with credentials, and gives it to everybody', async ({ lab, origin }) => {
    const { url, requests } = await nginxOn(`${lab.shared}/web`);
    const refused = await origin.maker.run('push', '--remote', url);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toMatch(/PUT .* is refused with status 401: its credentials are missing or wrong/);

    const pushed = await origin.maker.run('push', '--remote', url.replace('//', '//writer:secret@'));
    expect(pushed.exitCode).toBe(0);
    expect(pushed.stdout).toContain('pushed 6 results and 6 objects');
    expect(pushed.stdout).not.toContain('secret');
    const listings = requests().filter((request) => /^GET \/(cas|ac)\/ /.test(request));
    expect(listings).toHaveLength(4);
    expect(requests().filter((request) => request.endsWith(' 201'))).toHaveLength(12);
    expect(requests().findLastIndex((request) => request.startsWith('PUT /cas/'))).toBeLessThan(
      requests().findIndex((request) => request.startsWith('PUT /ac/') && request.endsWith(' 201')),
    );

    const before = requests().length;
    const clone = lab.clone(origin.maker);
    const pulled = await clone.run('pull', '--json', '--remote', url);
    expect(pulled.summary?.fetched).toEqual(['publish']);
    expect(requests().slice(before)).toHaveLength(1);
  });

  test('takes nothing twice', async ({ lab, origin }) => {
    const { url, requests } = await nginxOn(`${lab.shared}/web`);
    const writer = url.replace('//', '//writer:secret@');
    await origin.maker.run('push', '--remote', writer);
    const before = requests().length;
    const again = await origin.maker.run('push', '--remote', writer);
    expect(again.stdout).toContain('6 results were there already');
    expect(
      requests()
        .slice(before)
        .map((request) => request.split(' ', 2).join(' ')),
    ).toEqual(['GET /ac/', 'GET /cas/']);
  });
});

describe('a server', () => {
  test('that is in trouble for a while is asked again', async () => {
    let requests = 0;
    const url = await serverThat((_, response) => {
      requests += 1;
      response.writeHead(requests < 3 ? 503 : 200).end('hello');
    });
    const remote = await openRemote(url, never);
    expect(String(await remote.get(KEY, MAX_BYTES))).toBe('hello');
    expect(requests).toBe(3);
  });

  test('that breaks off is asked again', async () => {
    let requests = 0;
    const url = await serverThat((_, response) => {
      requests += 1;
      response.writeHead(200, { 'content-length': 5 });
      if (requests < 3) response.write('he', () => response.destroy());
      else response.end('hello');
    });
    const remote = await openRemote(url, never);
    expect(String(await remote.get(KEY, MAX_BYTES))).toBe('hello');
    expect(requests).toBe(3);
  });

  test('that does not have it is not asked again', async () => {
    let requests = 0;
    const url = await serverThat((_, response) => {
      requests += 1;
      response.writeHead(404).end();
    });
    expect(await (await openRemote(url, never)).get(KEY, MAX_BYTES)).toBeUndefined();
    expect(requests).toBe(1);
  });

  test('that sends what is written elsewhere is not followed, and where it leads is told of', async () => {
    let requests = 0;
    const url = await serverThat((_, response) => {
      requests += 1;
      response.writeHead(302, { location: 'https://user:secret@login.example/in?state=secret' }).end();
    });
    const put = (await openRemote(url, never)).put(KEY, Buffer.from('hello'));
    await expect(put).rejects.toThrow(
      `PUT ${url}/${KEY} is refused with status 302: the server sends it on to https://login.example/in`,
    );
    await expect(put).rejects.not.toThrow('secret');
    expect(requests).toBe(1);
  });

  test('is sent a password without a name, too', async () => {
    const sent: (string | undefined)[] = [];
    const url = await serverThat((request, response) => {
      sent.push(request.headers.authorization);
      response.writeHead(404).end();
    });
    await (await openRemote(url.replace('//', '//:secret@'), never)).get(KEY, MAX_BYTES);
    expect(sent).toEqual([`Basic ${Buffer.from(':secret').toString('base64')}`]);
  });

  test('whose body unpacks to more than an object may have is left', async () => {
    const bomb = gzipSync(Buffer.alloc(MAX_BYTES + 1));
    const url = await serverThat((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
    await expect((await openRemote(url, never)).get(KEY, MAX_BYTES)).rejects.toThrow(TooLarge);
  });

  test('that never answers, or never ends, is left after a while', async () => {
    process.env.PIPELINE_REMOTE_SECONDS = '0.2';
    for (const begin of [() => {}, (response: { write(text: string): unknown }) => response.write('he')]) {
      const url = await serverThat((_, response) => begin(response));
      await expect((await openRemote(url, never)).get(KEY, MAX_BYTES)).rejects.toThrow('has not ended in time');
    }
    delete process.env.PIPELINE_REMOTE_SECONDS;
  });

  test('that has no listings says nothing of what it has', async () => {
    const url = await serverThat((_, response) => response.writeHead(404).end());
    expect(await (await openRemote(url, never)).list('cas')).toBeUndefined();
  });

  test.for(['json', 'html', 'xml'])('that lists as %s is understood', async (type) => {
    const listing = {
      json: `[{"name":"${digestBytes('hello')}","type":"file"}]`,
      html: `<a href="${digestBytes('hello')}">${digestBytes('hello').slice(0, 47)}..&gt;</a>`,
      xml: `<D:href>/cas/${digestBytes('hello')}</D:href>`,
    }[type];
    const url = await serverThat((_, response) => response.writeHead(200).end(listing));
    expect(await (await openRemote(url, never)).list('cas')).toEqual(new Set([digestBytes('hello')]));
  });
});

test('a URL with a part that would not be looked at is refused', async () => {
  for (const url of ['https://store.example/a?b', 'https://store.example/a#b', 'file:///a#b', 's3://lab/a#b'])
    await expect(openRemote(url, never)).rejects.toThrow('has no query and no fragment');
  for (const url of ['s3://id:secret@lab/a', 's3://:secret@lab/a', 's3://localhost:9000/lab'])
    await expect(openRemote(url, never)).rejects.toThrow('AWS_ENDPOINT_URL');
});
