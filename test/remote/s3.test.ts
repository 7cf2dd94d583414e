import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { awsSettings } from '../../engine/aws-settings.ts';
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

describe('what the AWS tools would take', () => {
  const settings = (lab: { readonly shared: string }, config: string, env: Record<string, string> = {}) => {
    writeFileSync(join(lab.shared, 'config'), config);
    return awsSettings({
      AWS_CONFIG_FILE: join(lab.shared, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: join(lab.shared, 'none'),
      ...env,
    });
  };
  const PAIR = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' };

  test('is taken from the environment before the profile, and what is empty is not set', ({ lab }) => {
    const config = '[profile lab]\nregion = eu-west-1\naws_access_key_id = a\naws_secret_access_key = b\n';
    expect(settings(lab, config, { AWS_PROFILE: 'lab', AWS_REGION: '', AWS_ACCESS_KEY_ID: '' })).toEqual({
      endpoint: 'https://s3.eu-west-1.amazonaws.com',
      region: 'eu-west-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    expect(settings(lab, config, { AWS_PROFILE: '', AWS_SESSION_TOKEN: '', ...PAIR })).toEqual({
      endpoint: 'https://s3.us-east-1.amazonaws.com',
      region: 'us-east-1',
      credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
    });
    expect(settings(lab, '').credentials).toBeUndefined();
  });

  test('is refused if it is half, or if only the AWS tools can get it', ({ lab }) => {
    expect(() => settings(lab, '', { AWS_ACCESS_KEY_ID: 'id' })).toThrow(
      'the environment has half of the credentials of AWS: the secret access key is not there',
    );
    expect(() => settings(lab, '[default]\naws_secret_access_key = b\n')).toThrow(
      "the profile 'default' has half of the credentials of AWS: the access key id is not there",
    );
    const byOthers = '[default]\nsso_session = lab\n';
    expect(() => settings(lab, byOthers)).toThrow('by sso_session, which only the AWS tools can');
    expect(settings(lab, byOthers, PAIR).credentials).toBeDefined();
    expect(() => settings(lab, '', { AWS_PROFILE: 'lab' })).toThrow("AWS_PROFILE is 'lab', but neither");
  });

  test.for(['localhost:9000', 'ftp://store.example', 'https://'])('has no endpoint such as %s', (endpoint, { lab }) => {
    expect(() => settings(lab, '', { AWS_ENDPOINT_URL: endpoint })).toThrow('must be a URL that begins with https://');
  });
});
