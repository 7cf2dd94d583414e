import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PackageLock } from '../../engine/packages.ts';
import { newFolder } from '../support/folder.ts';

function lockOf(packages: Record<string, object>): PackageLock {
  const folder = newFolder();
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages }));
  return new PackageLock(folder);
}

const nested = {
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-aaaa', dependencies: { shared: '^2', '@s/b': '*' } },
  'node_modules/a/node_modules/shared': { version: '2.0.0', dependencies: { deep: '*' } },
  'node_modules/a/node_modules/deep': { version: '2.5.0', peerDependencies: { a: '*' } },
  'node_modules/@s/b': { version: '3.0.0', dependencies: { shared: '^1' }, optionalDependencies: { absent: '*' } },
  'node_modules/shared': { version: '1.0.0', dependencies: { deep: '*' } },
  'node_modules/deep': { version: '1.5.0' },
  'node_modules/unrelated': { version: '9.0.0' },
};

test('a package stands for itself and all that it needs, each resolved from where npm put it', () => {
  expect(Object.fromEntries(lockOf(nested).closureOf(['a']))).toEqual({
    a: '1.0.0 sha512-aaaa',
    'a/node_modules/shared': '2.0.0 ',
    'a/node_modules/deep': '2.5.0 ',
    '@s/b': '3.0.0 ',
    shared: '1.0.0 ',
    deep: '1.5.0 ',
  });
  expect([...lockOf(nested).closureOf(['shared']).keys()].sort()).toEqual(['deep', 'shared']);
  expect(lockOf(nested).closureOf([]).size).toBe(0);
});

test('a package that is a folder of the checkout is refused, as the lock does not say what is in it', () => {
  const linked = {
    'node_modules/mine': { resolved: 'packages/mine', link: true },
    'packages/mine': { version: '1.0.0' },
  };
  expect(() => lockOf(linked).closureOf(['mine'])).toThrow(/the package mine is a link to packages\/mine/);
});

test('a package that the lock lacks, and a lock that is damaged or missing, are told', () => {
  expect(() => lockOf(nested).closureOf(['unknown'])).toThrow(
    /the package unknown is imported, but .* does not have it/,
  );
  expect(() => lockOf(nested).closureOf(['toString'])).toThrow('the package toString is imported');
  const folder = newFolder();
  expect(() => new PackageLock(folder)).toThrow(/package-lock\.json is missing/);
  writeFileSync(join(folder, 'package-lock.json'), '{');
  expect(() => new PackageLock(folder)).toThrow(/package-lock\.json is damaged/);
});
