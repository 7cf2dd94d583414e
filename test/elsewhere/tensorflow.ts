import { existsSync, mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

/** The release of TensorFlow that tfjs-node 4.22 is made for, as a wheel of PyPI. */
const WHEEL = {
  requirement: 'tensorflow-cpu==2.9.1',
  sha256: '6666ddeae45e1f41da788cb4bdea3435aba16edb0bc17b7ac00631c7c9eb052e',
  python: '3.10',
  library: 'tensorflow/python/_pywrap_tensorflow_internal.so',
  framework: 'tensorflow/libtensorflow_framework.so.2',
};

/** What of a wheel becomes what of the archive that tfjs-node unpacks. */
const UNPACK = `
import os, shutil, sys, zipfile
wheel, to, *libraries = sys.argv[1:]
heads = ("tensorflow/include/tensorflow/c/", "tensorflow/include/tensorflow/core/platform/ctstring",
         "tensorflow/include/tsl/platform/ctstring", "tensorflow/include/tsl/c/")
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        place = None
        if name in libraries: place = "lib/" + os.path.basename(name)
        elif name.startswith(heads) and not name.endswith("/"): place = name.removeprefix("tensorflow/")
        if place is None: continue
        path = os.path.join(to, place)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with archive.open(name) as source, open(path, "wb") as target: shutil.copyfileobj(source, target, 1 << 20)
`;

/** Names that the symbols of data have; all others are functions. */
const DATA = /^(PyExc_.*|.*_Type|_Py_.*Struct)$/;

/** Downloads the wheel into a folder; returns its path, or undefined if the registry can't be reached. @throws if it is another file. */
export async function downloadWheel(folder: string): Promise<string | undefined> {
  const requirements = join(folder, 'requirements.txt');
  writeFileSync(requirements, `${WHEEL.requirement} --hash=sha256:${WHEEL.sha256}\n`);
  const wheels = join(folder, 'wheels');
  const platforms = ['manylinux_2_17_x86_64', 'manylinux2014_x86_64'].flatMap((name) => ['--platform', name]);
  const choice = ['--no-deps', '--only-binary=:all:', '--implementation', 'cp', '--python-version', WHEEL.python];
  const args = ['-m', 'pip', 'download', '--quiet', '--require-hashes', ...choice, ...platforms, '--dest', wheels];
  const { failed, stderr } = await execa('python3', [...args, '--requirement', requirements], { reject: false });
  if (stderr.includes('DO NOT MATCH THE HASHES')) throw new Error(stderr);
  return failed ? undefined : join(wheels, readdirSync(wheels)[0]);
}

/**
 * Makes the archive of TensorFlow's C library that tfjs-node downloads when it is installed, of a wheel of PyPI: the library of
 * the wheel has the C interface in it, beside what it wants of Python, for which there is a stub.
 * @param folder to work in.
 * @returns the folder of the archive, whose name is the one that tfjs-node asks for.
 */
export async function makeTensorflow(wheel: string, folder: string): Promise<string> {
  const stage = join(folder, 'tensorflow');
  await execa('python3', ['-c', UNPACK, wheel, stage, WHEEL.library, WHEEL.framework]);

  const lib = join(stage, 'lib');
  const chain = (...names: readonly string[]) => {
    for (const [i, name] of names.entries()) if (i > 0) symlinkSync(names[i - 1], join(lib, name));
  };
  renameSync(join(lib, 'libtensorflow_framework.so.2'), join(lib, 'libtensorflow_framework.so.2.9.1'));
  chain('libtensorflow_framework.so.2.9.1', 'libtensorflow_framework.so.2', 'libtensorflow_framework.so');
  const core = '_pywrap_tensorflow_internal.so';
  await compile(lib, 'libno_python.so', stubOf(await undefinedPythonSymbols(join(lib, core))), []);
  // libtensorflow itself is empty and pulls in the rest, in this order.
  await compile(lib, 'libtensorflow.so.2', '', [
    ...['-Wl,--no-as-needed', '-Wl,--allow-shlib-undefined', '-Wl,-rpath,$ORIGIN', `-L${lib}`],
    ...['-l:libno_python.so', `-l:${core}`, '-l:libtensorflow_framework.so.2'],
  ]);
  renameSync(join(lib, 'libtensorflow.so.2'), join(lib, 'libtensorflow.so.2.9.1'));
  chain('libtensorflow.so.2.9.1', 'libtensorflow.so.2', 'libtensorflow.so');

  const served = join(folder, 'served');
  mkdirSync(served);
  // Not compressed: who unpacks it looks at the bytes, not at the name.
  const archive = join(served, 'libtensorflow-cpu-linux-x86_64-2.9.1.tar.gz');
  await execa('tar', ['-C', stage, '-cf', archive, './lib', './include']);
  return served;
}

/** Node's headers, so that node-gyp downloads none: those beside node, or of the package node-api-headers. */
export async function nodeHeaders(folder: string): Promise<string> {
  const beside = join(process.execPath, '../..');
  if (existsSync(join(beside, 'include/node/node_api.h'))) return beside;
  const include = join(folder, 'node/include/node');
  mkdirSync(include, { recursive: true });
  const { stdout: name } = await execa('npm', ['pack', '--silent', 'node-api-headers'], { cwd: folder });
  await execa('tar', ['xzf', name, '-C', include, '--strip-components=2', 'package/include'], { cwd: folder });
  writeFileSync(join(include, 'config.gypi'), JSON.stringify(process.config));
  const flags = "{'target_defaults': {'cflags': ['-fPIC'], 'cflags_cc': ['-std=gnu++17']}}";
  writeFileSync(join(include, 'common.gypi'), `${flags}\n`);
  return join(folder, 'node');
}

/** The library is linked so that all must be there, though the C interface calls none. */
async function undefinedPythonSymbols(library: string): Promise<string[]> {
  const { stdout } = await execa('nm', ['-D', '--undefined-only', library]);
  const names = stdout.split('\n').map((line) => line.trim().split(/\s+/).at(-1)?.replace(/@.*/, '') ?? '');
  return [...new Set(names.filter((name) => /^_?Py/.test(name)))].sort();
}

/** C that has them: who calls one all the same dies with its name. */
function stubOf(symbols: readonly string[]): string {
  const lines = symbols.map((name) =>
    DATA.test(name)
      ? `void *${name}[256];`
      : `void ${name}(void) { fputs("TensorFlow without Python called ${name}\\n", stderr); abort(); }`,
  );
  return ['#include <stdio.h>', '#include <stdlib.h>', ...lines, ''].join('\n');
}

async function compile(folder: string, name: string, code: string, flags: readonly string[]): Promise<void> {
  const output = ['-shared', '-fPIC', '-O1', '-w', `-Wl,-soname,${name}`, '-o', join(folder, name)];
  await execa('gcc', [...output, '-x', 'c', '-', '-x', 'none', ...flags], { input: `${code}\n` });
}
