import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { claimsFile } from '../../stages/formats/claims.ts';

const root = join(import.meta.dirname, '../..');
const claims = claimsFile.decode(readFileSync(join(root, 'figures/claims.json')));
const readme = readFileSync(join(root, 'README.md'), 'utf8').replaceAll(/ +/g, ' ');

const rows = [
  ['what the paper says', claims.filter(({ origin }) => origin === 'paper')],
  ['what its reviewers and readers say', claims.filter(({ origin }) => origin === 'reviewers')],
  ['what we add', claims.filter(({ origin }) => origin === 'extension')],
  ['all', claims],
] as const;

test.each(rows)('the README counts the claims: %s', (name, some) => {
  const counts = ['holds', 'in part', 'does not hold'].map(
    (verdict) => some.filter((claim) => claim.verdict === verdict).length,
  );
  const line = `| ${[name, some.length, ...counts].join(' | ')} |`;
  expect(readme.includes(line), `the README should say ${line}`).toBe(true);
});
