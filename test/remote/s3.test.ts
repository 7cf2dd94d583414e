import { describe, expect } from 'vitest';
import { digestBytes } from '../../engine/digest.ts';
import { s3Server } from '../../engine/s3-server.ts';
import { test } from './lab.ts';
import { hasMoto, motoWith, serverThat } from './servers.ts';

describe.skipIf(!hasMoto)('an S3 API', () => {
  test('keeps what is pushed with credentials, and gives it back', async ({ lab, origin }) => {
    const env = await motoWith('lab');
    const remote = ['--remote', 's3://lab/pipeline/'];
    const pushed = await origin.maker.start(['push', ...remote], env).outcome();
    expect(pushed.stdout).toContain('pushed 6 results and 6 objects');
    const again = await origin.maker.start(['push', ...remote], env).outcome();
    expect(again.stdout).toContain('6 results were there already');

    const clone = lab.clone(origin.maker);
    const wrong = await clone.start(['pull', ...remote], { ...env, AWS_SECRET_ACCESS_KEY: 'guess' }).outcome();
    expect(wrong.exitCode).toBe(1);
    expect(wrong.stdout).toContain('is refused with status 403: its credentials are missing or wrong');
    const pulled = await clone.start(['pull', '--json', ...remote], env).outcome();
    expect(pulled.summary?.fetched).toEqual(['publish']);
    expect(clone.read('figures/figure.txt')).toBe(origin.maker.read('figures/figure.txt'));
  });
});

/** A page of a listing that goes on. */
function page(token: string, key = ''): string {
  const rest = token === '' ? '' : `<NextContinuationToken>${token}</NextContinuationToken>`;
  return `<ListBucketResult><IsTruncated>true</IsTruncated><Key>ac/${key}</Key>${rest}</ListBucketResult>`;
}

describe('a listing', () => {
  const listed = (pageOf: (number: number) => string) => {
    let pages = 0;
    const text = async () => pageOf(pages++);
    return s3Server('lab', '').list('ac', text);
  };

  test('that comes back to where it was, brings nothing more, or goes on for ever is refused', async () => {
    await expect(listed(() => page('again'))).rejects.toThrow('/lab has no end');
    await expect(listed((number) => page(`${number}`))).rejects.toThrow('/lab has no end');
    await expect(listed((number) => page(`${number}`, digestBytes(`${number}`)))).rejects.toThrow('/lab has no end');
  });

  test('that breaks off, or is none, is refused', async () => {
    await expect(listed(() => page(''))).rejects.toThrow('breaks off');
    await expect(listed(() => '<html>')).rejects.toThrow('is no listing');
  });

  test('without an end is told of once, and what is not known then runs', async ({ lab, origin }) => {
    let pages = 0;
    const url = await serverThat((request, response) => {
      const isListing = request.url?.includes('list-type') === true;
      response.writeHead(isListing ? 200 : 404).end(isListing ? page(`${pages++}`) : '');
    });
    const args = [
      'all',
      '--json',
      '--set',
      'separator=+',
      '--remote',
      's3://lab',
      '--trust',
      lab.keyPair('maker').open,
    ];
    const { exitCode, stdout, summary } = await lab
      .clone(origin.maker)
      .start(args, { AWS_ENDPOINT_URL_S3: url, AWS_REGION: 'us-east-1' })
      .outcome();
    expect({ exitCode, ran: summary?.ran.length }).toEqual({ exitCode: 0, ran: 6 });
    expect(stdout.match(/has no end/g)).toHaveLength(1);
  });
});
