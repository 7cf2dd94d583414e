import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { selfTest } from '../../science/self-test.ts';

test('the self-test gives the bits that pipeline.ts knows, which are those of every machine', () => {
  const numbers = selfTest();
  expect(numbers.every(Number.isFinite)).toBe(true);
  const digest = createHash('sha256').update(numbers).digest('hex');
  expect(readFileSync(new URL('../../pipeline.ts', import.meta.url), 'utf8')).toContain(`digest: '${digest}'`);
});
