import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { CodeReader } from '../../engine/code.ts';
import { digestBytes } from '../../engine/digest.ts';
import { FileDigests } from '../../engine/file-digests.ts';
import { newFolder } from '../support/folder.ts';

test('what another version of the parser has found in a module does not count', async () => {
  const root = newFolder();
  const [module, memory] = [join(root, 'module.ts'), join(root, 'modules.json')];
  writeFileSync(module, 'export const x: number = 1;\n');
  const usingEsbuild = (version: string) => {
    const packages = { 'node_modules/esbuild': { version }, 'node_modules/es-module-lexer': { version: '2.0.0' } };
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages }));
  };
  const read = async () => {
    const reader = new CodeReader(root, new FileDigests(join(root, 'file-digests.json')), memory);
    const { modules } = await reader.codeOf(pathToFileURL(module).href);
    reader.save();
    return modules['module.ts'];
  };
  usingEsbuild('1.0.0');
  const found = await read();
  const forged = digestBytes('forged');
  const text = readFileSync(memory, 'utf8').slice(65).replace(`${found}`, forged);
  writeFileSync(memory, `${digestBytes(text)} ${text}`);
  expect(await read()).toBe(forged);
  usingEsbuild('1.0.1');
  expect(await read()).toBe(found);
});
