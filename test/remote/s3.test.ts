import { describe, expect } from 'vitest';
import { test } from './lab.ts';
import { hasMoto, motoWith } from './servers.ts';

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
