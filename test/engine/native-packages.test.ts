import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { FileDigests } from '../../engine/file-digests.ts';
import { NativePackages } from '../../engine/native-packages.ts';
import { newFolder } from '../support/folder.ts';

/** A folder of packages, of which `tool` needs `library` and what is for one platform. */
function installed(changes: Readonly<Record<string, string>> = {}) {
  const root = newFolder();
  const files = {
    'tool/package.json':
      '{"version":"1.0.0","dependencies":{"library":"2"},"optionalDependencies":{"@tool/linux":"1"}}',
    'tool/index.js': 'run();',
    'tool/node_modules/library/package.json': '{"version":"2.1.0"}',
    'tool/node_modules/library/lib/code.js': 'code();',
    'library/package.json': '{"version":"1.9.0"}',
    '@tool/linux/package.json': '{"version":"1.0.0","os":["linux"],"cpu":["x64"]}',
    '@tool/linux/tool.node': 'machine code',
    'other/package.json': '{"version":"3.0.0"}',
    ...changes,
  };
  for (const [file, text] of Object.entries(files)) {
    const path = join(root, 'node_modules', file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return new NativePackages(root, new FileDigests(join(root, 'file-digests.json')));
}

const digests = (changes: Readonly<Record<string, string>>, portable: boolean) =>
  installed(changes).digestsOf({ packages: ['tool'], portable });

test('a package counts by its installed files, with all that it depends on, where it finds it', () => {
  const plain = digests({}, true);
  expect(Object.keys(plain)).toEqual(['tool', 'tool/node_modules/library']);
  expect(plain.tool).toMatch(/^1\.0\.0 /);
  expect(plain['tool/node_modules/library']).toMatch(/^2\.1\.0 /);
  expect(digests({}, true)).toEqual(plain);
  expect(digests({ 'tool/index.js': 'run(1);' }, true)).not.toEqual(plain);
  expect(digests({ 'tool/more.js': '' }, true)).not.toEqual(plain);
  expect(digests({ 'tool/node_modules/library/lib/code.js': '' }, true)).not.toEqual(plain);
  expect(digests({ 'other/package.json': '{"version":"9.0.0"}' }, true)).toEqual(plain);
});

test('what is for one platform counts only where the platform does', () => {
  const changed = { '@tool/linux/tool.node': 'other machine code' };
  expect(digests(changed, true)).toEqual(digests({}, true));
  expect(Object.keys(digests({}, false))).toContain('@tool/linux');
  expect(digests(changed, false)).not.toEqual(digests({}, false));
});

test('a package that is not installed is told apart from one that is', () => {
  expect(installed().digestsOf({ packages: ['missing'], portable: true })).toEqual({ missing: 'not installed' });
});
