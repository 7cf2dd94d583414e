import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StageError } from '../../engine/kind.ts';
import { readImages, readLabels } from '../../stages/formats/idx.ts';
import { idx } from './idx-bytes.ts';
import { scratchFolder } from './scratch.ts';

/** What reading a file of these bytes gives. */
async function read<Value>(reader: (path: string) => Promise<Value>, folder: string, bytes: Uint8Array) {
  const path = join(folder, 'file.idx');
  await writeFile(path, bytes);
  const [outcome] = await Promise.allSettled([reader(path)]);
  return outcome;
}

function messageOf(outcome: PromiseSettledResult<unknown>): string {
  if (outcome.status === 'fulfilled') throw new Error('read without complaint');
  expect(outcome.reason).toBeInstanceOf(StageError);
  return String(outcome.reason.message);
}

const imageFile = fc
  .tuple(fc.nat(5), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }))
  .chain(([count, rows, columns]) => {
    const length = count * rows * columns;
    return fc
      .uint8Array({ minLength: length, maxLength: length })
      .map((pixels) => ({ count, rows, columns, pixels, bytes: idx([count, rows, columns], pixels) }));
  });

describe('images', () => {
  test('are read as they were written', async () => {
    const folder = await scratchFolder();
    await fc.assert(
      fc.asyncProperty(imageFile, async ({ bytes, pixels, ...sizes }) => {
        const outcome = await read(readImages, folder, bytes);
        expect(outcome).toMatchObject({ status: 'fulfilled', value: sizes });
        if (outcome.status === 'fulfilled') expect([...outcome.value.pixels]).toEqual([...pixels]);
      }),
    );
  });

  test('cut short anywhere are refused', async () => {
    const folder = await scratchFolder();
    await fc.assert(
      fc.asyncProperty(imageFile, fc.nat(), async ({ bytes }, cut) => {
        messageOf(await read(readImages, folder, bytes.subarray(0, cut % bytes.length)));
      }),
    );
  });

  test('with another number of bytes than declared are refused', async () => {
    const folder = await scratchFolder();
    const size = fc.nat({ max: 0xffffffff });
    await fc.assert(
      fc.asyncProperty(fc.tuple(size, size, size), fc.uint8Array(), async (sizes, data) => {
        fc.pre(sizes[0] * sizes[1] * sizes[2] !== data.length);
        const message = messageOf(await read(readImages, folder, idx(sizes, data)));
        expect(message).toMatch(/declares/);
      }),
    );
  });

  test('without pixels are refused, however many', async () => {
    const outcome = await read(readImages, await scratchFolder(), idx([0xffffffff, 0, 28], Buffer.alloc(0)));
    expect(messageOf(outcome)).toContain('images of 0 × 28 pixels');
  });
});

test('any bytes are read or refused, and nothing else', async () => {
  const folder = await scratchFolder();
  const head = fc.constantFrom([], [0, 0, 8, 3], [0, 0, 8, 1], [0, 0, 8, 1, 0, 0, 0]);
  await fc.assert(
    fc.asyncProperty(head, fc.uint8Array({ maxLength: 40 }), async (start, rest) => {
      for (const reader of [readImages, readLabels]) {
        const outcome = await read<unknown>(reader, folder, Buffer.from([...start, ...rest]));
        if (outcome.status === 'rejected') messageOf(outcome);
      }
    }),
    { numRuns: 500 },
  );
});

test('labels are read as they were written', async () => {
  const folder = await scratchFolder();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array(), async (labels) => {
      const outcome = await read(readLabels, folder, idx([labels.length], labels));
      expect(outcome.status).toBe('fulfilled');
      if (outcome.status === 'fulfilled') expect([...outcome.value]).toEqual([...labels]);
    }),
  );
});

describe('a refusal says what is wrong, and where', () => {
  test.each([
    ['images for labels', readLabels, idx([1, 1, 1], Buffer.of(7)), 'starts with 0x00000803, where', '0x00000801'],
    ['labels for images', readImages, idx([12], Buffer.alloc(12)), 'starts with 0x00000801, where', '0x00000803'],
    ['gzip', readLabels, Buffer.from('1f8b0800000000000000', 'hex'), 'starts with 0x1f8b0800, where'],
    ['nothing', readLabels, Buffer.alloc(0), 'ends after 0 bytes, inside the 8 bytes of an IDX head'],
    ['a byte too many', readLabels, idx([2], Buffer.alloc(3)), 'declares 2 = 2 bytes of data, but holds 3'],
    [
      'a byte too few',
      readImages,
      idx([2, 1, 2], Buffer.alloc(3)),
      'declares 2 × 1 × 2 = 4 bytes of data, but holds 3',
    ],
  ])('%s', async (_, reader, bytes, ...parts) => {
    const message = messageOf(await read<unknown>(reader, await scratchFolder(), bytes));
    for (const part of ['file.idx', ...parts]) expect(message).toContain(part);
  });

  test('a file above the limit', async () => {
    const path = join(await scratchFolder(), 'file.idx');
    await writeFile(path, idx([1], Buffer.of(1)));
    await truncate(path, 3_000_000_000);
    await expect(readLabels(path)).rejects.toThrow('3000000000 bytes, more than the limit');
  });
});
